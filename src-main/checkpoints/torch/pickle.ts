/**
 * A restricted reader of Python pickles. It builds plain data: nothing is imported, called or executed. A pickle names
 * functions; a name is looked up in a table that the caller gives, and one that is not there ends the reading.
 *
 * @source The opcodes of Python's pickle protocols 0 to 5 as far as saved PyTorch models use them.
 */
import type { PickleBytes } from './pickle-bytes.ts'
import { booleanOrInteger, decimal, PickleError } from './pickle-bytes.ts'

/** Python's dict; keys are texts or numbers in what is read here. */
export type PickleDict = Map<PickleValue, PickleValue>

/** A name of a Python function or class, with what stands for a call of it. */
export interface PickleFunction {
  readonly qualifiedName: string
  /** Result of a call; throws `PickleError` when the arguments are not as expected. */
  readonly call: (args: readonly PickleValue[]) => PickleValue
}

/** What a pickle can hold: lists and tuples are arrays; `PickleObject` is what the caller's functions make. */
export type PickleValue =
  null | boolean | number | string | Uint8Array | PickleValue[] | PickleDict | PickleFunction | PickleObject

/** Base of what the caller's functions and references give. */
export abstract class PickleObject {
  /** Keeps apart from plain data what has the same fields. */
  abstract readonly kind: string
}

/** What a pickle may refer to. */
export interface PickleNames {
  /**
   * A function or class; throws `PickleError` for one that is not known.
   *
   * @param module dotted name
   * @param name within the module
   */
  readonly global: (module: string, name: string) => PickleFunction
  /**
   * An object that is stored outside the pickle.
   *
   * @param id as the pickle gives it
   */
  readonly persistent: (id: PickleValue) => PickleValue
}

/** Values that a pickle may make, names and numbers included; a model of 20,000 tensors makes about 500,000. */
const maxValues = 4_000_000

/** Stands on the stack for the beginning of a group. */
const mark = Symbol('mark')

/**
 * Reads one pickle.
 *
 * @param bytes stands at its first byte, afterwards behind its last
 * @param names what it may refer to
 * @throws PickleError when it is damaged, or refers to what `names` does not know
 */
export function readPickle(bytes: PickleBytes, names: PickleNames): PickleValue {
  return new PickleMachine(bytes, names).run()
}

class PickleMachine {
  readonly #bytes: PickleBytes
  readonly #names: PickleNames
  readonly #stack: (PickleValue | typeof mark)[] = []
  readonly #memo = new Map<number, PickleValue>()
  #pushed = 0

  constructor(bytes: PickleBytes, names: PickleNames) {
    this.#bytes = bytes
    this.#names = names
  }

  run(): PickleValue {
    for (;;) {
      const opcode = this.#bytes.uint8()
      if (opcode === 0x2e /* STOP */) return this.#pop()
      if (!this.#literal(opcode) && !this.#container(opcode) && !this.#reference(opcode))
        throw new PickleError(
          `uses the pickle instruction 0x${opcode.toString(16)}, which no saved model needs`,
        )
    }
  }

  /** Instructions that put one value on the stack. */
  #literal(opcode: number): boolean {
    const bytes = this.#bytes
    switch (opcode) {
      case 0x4e /* NONE */:
        return this.#push(null)
      case 0x88 /* NEWTRUE */:
        return this.#push(true)
      case 0x89 /* NEWFALSE */:
        return this.#push(false)
      case 0x4a /* BININT */:
        return this.#push(bytes.int32())
      case 0x4b /* BININT1 */:
        return this.#push(bytes.uint8())
      case 0x4d /* BININT2 */:
        return this.#push(bytes.uint16())
      case 0x8a /* LONG1 */:
        return this.#push(bytes.integer(bytes.uint8()))
      case 0x8b /* LONG4 */:
        return this.#push(bytes.integer(bytes.uint32()))
      case 0x49 /* INT */:
        return this.#push(booleanOrInteger(bytes.line()))
      case 0x4c /* LONG */:
        return this.#push(decimal(bytes.line().replace(/L$/u, '')))
      case 0x47 /* BINFLOAT */:
        return this.#push(bytes.float64())
      case 0x46 /* FLOAT */:
        return this.#push(Number(bytes.line()))
      case 0x58 /* BINUNICODE */:
      case 0x54 /* BINSTRING */:
        return this.#push(bytes.text(bytes.uint32()))
      case 0x8c /* SHORT_BINUNICODE */:
      case 0x55 /* SHORT_BINSTRING */:
        return this.#push(bytes.text(bytes.uint8()))
      case 0x8d /* BINUNICODE8 */:
        return this.#push(bytes.text(bytes.length64()))
      case 0x56 /* UNICODE */:
        return this.#push(bytes.line())
      case 0x53 /* STRING */:
        return this.#push(bytes.line().slice(1, -1))
      case 0x42 /* BINBYTES */:
        return this.#push(bytes.take(bytes.uint32()))
      case 0x43 /* SHORT_BINBYTES */:
        return this.#push(bytes.take(bytes.uint8()))
      case 0x8e /* BINBYTES8 */:
        return this.#push(bytes.take(bytes.length64()))
      default:
        return false
    }
  }

  /** Instructions for lists, tuples and dicts. */
  #container(opcode: number): boolean {
    switch (opcode) {
      case 0x28 /* MARK */:
        return this.#push(mark)
      case 0x5d /* EMPTY_LIST */:
      case 0x29 /* EMPTY_TUPLE */:
        return this.#push([])
      case 0x7d /* EMPTY_DICT */:
        return this.#push(new Map())
      case 0x6c /* LIST */:
      case 0x74 /* TUPLE */:
        return this.#push(this.#group())
      case 0x85 /* TUPLE1 */:
      case 0x86 /* TUPLE2 */:
      case 0x87 /* TUPLE3 */:
        return this.#push(this.#last(opcode - 0x84))
      case 0x61 /* APPEND */:
        return this.#append([this.#pop()])
      case 0x65 /* APPENDS */:
        return this.#append(this.#group())
      case 0x64 /* DICT */: {
        const pairs = this.#group()
        this.#push(new Map())
        return this.#setItems(pairs)
      }
      case 0x73 /* SETITEM */:
        return this.#setItems(this.#last(2))
      case 0x75 /* SETITEMS */:
        return this.#setItems(this.#group())
      case 0x30 /* POP */:
        this.#stack.pop()
        return true
      case 0x31 /* POP_MARK */:
        this.#group()
        return true
      case 0x32 /* DUP */:
        return this.#push(this.#top())
      default:
        return false
    }
  }

  /** Instructions that remember, look up, refer and call; and the two that frame a pickle. */
  #reference(opcode: number): boolean {
    const bytes = this.#bytes
    switch (opcode) {
      case 0x80 /* PROTO */:
        if (bytes.uint8() > 5) throw new PickleError('is written in a pickle protocol above 5')
        return true
      case 0x95 /* FRAME */:
        bytes.length64()
        return true
      case 0x71 /* BINPUT */:
        return this.#remember(bytes.uint8())
      case 0x72 /* LONG_BINPUT */:
        return this.#remember(bytes.uint32())
      case 0x70 /* PUT */:
        return this.#remember(decimal(bytes.line()))
      case 0x94 /* MEMOIZE */:
        return this.#remember(this.#memo.size)
      case 0x68 /* BINGET */:
        return this.#recall(bytes.uint8())
      case 0x6a /* LONG_BINGET */:
        return this.#recall(bytes.uint32())
      case 0x67 /* GET */:
        return this.#recall(decimal(bytes.line()))
      case 0x63 /* GLOBAL */:
        return this.#push(this.#names.global(bytes.line(), bytes.line()))
      case 0x93 /* STACK_GLOBAL */: {
        const [module, name] = this.#last(2)
        if (typeof module !== 'string' || typeof name !== 'string')
          throw new PickleError('has a name that is no text')
        return this.#push(this.#names.global(module, name))
      }
      case 0x52 /* REDUCE */: {
        const [callee, args] = this.#last(2)
        if (!isFunction(callee) || !Array.isArray(args)) throw new PickleError('calls what is no function')
        return this.#push(callee.call(args))
      }
      case 0x62 /* BUILD */:
        // Attributes of an object, such as the version numbers that PyTorch hangs on a state dict: not needed.
        this.#pop()
        this.#top()
        return true
      case 0x51 /* BINPERSID */:
        return this.#push(this.#names.persistent(this.#pop()))
      default:
        return false
    }
  }

  #push(value: PickleValue | typeof mark): true {
    if (++this.#pushed > maxValues) throw new PickleError(`holds more than ${maxValues} values`)
    this.#stack.push(value)
    return true
  }

  #pop(): PickleValue {
    const value = this.#top()
    this.#stack.pop()
    return value
  }

  #top(): PickleValue {
    const value = this.#stack.at(-1)
    if (value === undefined || value === mark) throw new PickleError('takes a value that is not there')
    return value
  }

  #last(count: number): PickleValue[] {
    return Array.from({ length: count }, () => this.#pop()).reverse()
  }

  /** Everything since the last mark. */
  #group(): PickleValue[] {
    const start = this.#stack.lastIndexOf(mark)
    if (start < 0) throw new PickleError('closes a group that was never opened')
    return this.#stack.splice(start).slice(1) as PickleValue[]
  }

  #append(values: readonly PickleValue[]): true {
    const list = this.#top()
    if (!Array.isArray(list)) throw new PickleError('appends to what is no list')
    for (const value of values) list.push(value)
    return true
  }

  #setItems(pairs: readonly PickleValue[]): true {
    const dict = this.#top()
    if (!(dict instanceof Map) || pairs.length % 2 !== 0)
      throw new PickleError('sets a key of what is no dict')
    for (let index = 0; index < pairs.length; index += 2) {
      const key = pairs[index] ?? null
      if (dict.has(key)) throw new PickleError(`sets the key ${shown(key)} twice`)
      dict.set(key, pairs[index + 1] ?? null)
    }
    return true
  }

  #remember(key: number): true {
    this.#memo.set(key, this.#top())
    return true
  }

  #recall(key: number): true {
    const value = this.#memo.get(key)
    if (value === undefined) throw new PickleError(`refers to value ${key}, which it never stored`)
    return this.#push(value)
  }
}

/** A key for messages: texts and numbers shortened, the rest by its kind. */
function shown(key: PickleValue): string {
  return typeof key === 'object' ? 'that is no text' : String(key).slice(0, 100)
}

function isFunction(value: PickleValue | undefined): value is PickleFunction {
  return (
    typeof value === 'object' &&
    value !== null &&
    'qualifiedName' in value &&
    !(value instanceof PickleObject)
  )
}
