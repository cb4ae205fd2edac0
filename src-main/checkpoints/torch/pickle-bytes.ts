/** Reads the bytes of a pickle from front to back; every length is compared with what is left before memory is taken. */

/** A pickle that is damaged or not understood. Its message completes "the file …". */
export class PickleError extends Error {}

/** A file that ends before what it announces. */
export class CutShortError extends PickleError {}

/** A pickle that asks for code: a Python function or class that is no part of a state dict. */
export class ForeignNameError extends PickleError {
  /** Whether the name is one of PyTorch's own, as in a whole model that was pickled. */
  readonly isPyTorch: boolean

  /**
   * @param qualifiedName module and name
   */
  constructor(qualifiedName: string) {
    super(`refers to ${qualifiedName.slice(0, 100)}, which is no part of a state dict; nothing was executed`)
    this.isPyTorch = qualifiedName.startsWith('torch.nn.')
  }
}

/** Place in a pickle. */
export class PickleBytes {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #position: number

  /**
   * @param bytes holds the pickle, and perhaps more behind it
   * @param position where the pickle begins
   */
  constructor(bytes: Uint8Array, position = 0) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#position = position
  }

  /** Place of the next byte. */
  get position(): number {
    return this.#position
  }

  /** Unsigned integer of one byte. */
  uint8(): number {
    return this.#view.getUint8(this.#advance(1))
  }

  /** Unsigned integer of two bytes, little-endian. */
  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true)
  }

  /** Unsigned integer of four bytes, little-endian. */
  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true)
  }

  /** Signed integer of four bytes, little-endian. */
  int32(): number {
    return this.#view.getInt32(this.#advance(4), true)
  }

  /** Number of eight bytes, big-endian, as pickles store it. */
  float64(): number {
    return this.#view.getFloat64(this.#advance(8), false)
  }

  /** A length of eight bytes, little-endian. */
  length64(): number {
    const length = this.#view.getBigUint64(this.#advance(8), true)
    if (length > BigInt(this.#bytes.byteLength))
      throw new CutShortError(`announces ${length} bytes, more than it has`)
    return Number(length)
  }

  /**
   * The next bytes, as a view.
   *
   * @param length how many
   */
  take(length: number): Uint8Array {
    const start = this.#advance(length)
    return this.#bytes.subarray(start, start + length)
  }

  /**
   * Text in UTF-8.
   *
   * @param length in bytes
   */
  text(length: number): string {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.take(length))
  }

  /** Text up to the end of the line, which is passed over. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#position)
    if (end < 0) throw new CutShortError('is cut short in the middle of a line')
    const text = this.text(end - this.#position)
    this.#advance(1)
    return text
  }

  /**
   * Whole number in two's complement, little-endian.
   *
   * @param length in bytes; more than eight is refused
   */
  integer(length: number): number {
    if (length > 8) throw new PickleError(`holds a whole number of ${length} bytes`)
    let value = 0n
    this.take(length).forEach((byte, index) => {
      value |= BigInt(byte) << BigInt(8 * index)
    })
    return safeInteger(length === 0 ? 0n : BigInt.asIntN(8 * length, value))
  }

  #advance(length: number): number {
    const start = this.#position
    if (length > this.#bytes.byteLength - start)
      throw new CutShortError(
        `is cut short: ${length} bytes expected, ${this.#bytes.byteLength - start} left`,
      )
    this.#position += length
    return start
  }
}

/** A whole number that JavaScript's numbers hold exactly. */
function safeInteger(value: bigint): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw new PickleError('holds a whole number beyond 2⁵³')
  return number
}

/**
 * What protocol 0 writes for a whole number, or for true (01) and false (00).
 *
 * @param text the line
 */
export function booleanOrInteger(text: string): boolean | number {
  if (text === '01') return true
  return text === '00' ? false : decimal(text)
}

/**
 * A whole number in decimal digits.
 *
 * @param text the line
 */
export function decimal(text: string): number {
  if (!/^-?\d{1,20}$/u.test(text)) throw new PickleError('holds a whole number that cannot be read')
  return safeInteger(BigInt(text))
}
