/** Records the operations of tfjs functions as graph nodes, without running them. */
import * as tf from '@tensorflow/tfjs'
import {
  dataType,
  graphAttributes,
  nodeName,
  shapeValue,
  variableWrites,
  type AttributeValue,
  type GraphNode,
} from './graph-node.ts'
import { outputForms, sizeOf, type OperationForm, type TensorForm } from './shape-rules.ts'
import { TraceFailure } from './trace-failure.ts'
import type { OperationAttribute, TensorflowBackend } from './tensorflow-backend.ts'

/** Entries of the largest tensor that may be captured as a constant; larger ones must be inputs, variables or made by an operation. */
const largestConstant = 65_536

/** Operations recorded even when all inputs are constant: their results can be large. */
const generators = new Set(['Fill', 'StatelessRandomUniform', 'StatelessRandomUniformFullInt'])

/** Order of reads and writes of one variable within a function. */
interface VariableUse {
  /** Nodes that read the value since the last write, and everything that used what they read. */
  readers: string[]
  lastWrite: string | null
}

/**
 * A recording. While it runs, tfjs operations on recorded tensors add nodes and return tensors that have a shape but no
 * values; operations on ordinary tensors run as ever, and their results become constants where recorded ones need them.
 */
export class Recorder {
  readonly nodes: GraphNode[] = []
  private readonly backend: TensorflowBackend
  /** Output reference (`node` or `node:1`) of every known tensor, by its data. */
  private readonly references = new WeakMap<object, string>()
  private readonly recorded = new WeakMap<object, TensorForm>()
  private readonly constants = new Map<string, string>()
  /** References to the handles of variables. */
  private readonly handles = new Set<string>()
  private readonly uses = new Map<string, VariableUse>()
  private readonly readersOf = new Map<string, string>()
  private effects: string[] = []
  private prefix = ''

  constructor(backend: TensorflowBackend) {
    this.backend = backend
  }

  /**
   * Records a function's operations.
   *
   * @param name prefix of its nodes
   * @param work calls tfjs operations
   * @returns what `work` returned, and the nodes that change variables
   * @throws TraceFailure when an operation cannot be recorded
   */
  record<Value>(name: string, work: () => Value): { value: Value; effects: readonly string[] } {
    this.prefix = `${nodeName(name)}/`
    this.effects = []
    this.uses.clear()
    const restore = this.intercept()
    try {
      return { value: work(), effects: this.effects }
    } finally {
      restore()
    }
  }

  /**
   * Gives the nodes that are recorded meanwhile a longer prefix, by which a rewrite can tell them.
   *
   * @param name part of the prefix
   * @param work records
   * @returns what `work` returned
   */
  within<Value>(name: string, work: () => Value): Value {
    const outer = this.prefix
    this.prefix = `${outer}${nodeName(name)}/`
    try {
      return work()
    } finally {
      this.prefix = outer
    }
  }

  /**
   * A tensor that stands for a node's first output.
   *
   * @param reference the node
   * @param form its shape and type
   */
  tensor(reference: string, form: TensorForm): tf.Tensor {
    const { shape, dtype } = form
    const dataId = {}
    const types: Readonly<Record<string, number>> = dataType
    this.backend.tensorMap.set(dataId, {
      shape,
      dtype: types[dtype] ?? dataType.resource,
      id: -1,
      values: null,
      refCount: 1,
    })
    this.references.set(dataId, reference)
    this.recorded.set(dataId, { shape, dtype })
    return tf.engine().makeTensorFromTensorInfo({ dataId, shape: [...shape], dtype })
  }

  /**
   * Adds a node.
   *
   * @param op operation
   * @param input references
   * @param attr attributes
   * @param name full name; made from the operation when left out
   * @param forms of its outputs, where they are known
   * @returns its name
   */
  add(
    op: string,
    input: readonly string[],
    attr: Readonly<Record<string, AttributeValue>>,
    name?: string,
    forms: readonly TensorForm[] = [],
  ): string {
    const full = name ?? `${this.prefix}${op}_${this.nodes.length}`
    // The number keeps TensorFlow from merging equal operations: what is computed again, rather than kept, has a reason.
    const node = { name: full, op, input, attr: { ...attr, _recorded: { i: this.nodes.length } } }
    this.nodes.push(forms.length === 1 ? { ...node, bytes: bytesOf(forms[0]!) } : node)
    return full
  }

  /**
   * Reference to a tensor; ordinary tensors become constants.
   *
   * @param tensor recorded or ordinary
   * @throws TraceFailure when an ordinary tensor is too large to be a constant
   */
  reference(tensor: tf.Tensor): string {
    if ('valueArray' in tensor) return this.int64((tensor as unknown as Int64Scalar).valueArray)
    const known = this.references.get(tensor.dataId)
    if (known !== undefined) return known
    const made = this.constant(tensor)
    this.references.set(tensor.dataId, made)
    return made
  }

  /**
   * Whether a tensor stands for a node, and has no values.
   *
   * @param tensor any tensor
   */
  isRecorded(tensor: tf.Tensor): boolean {
    return this.recorded.has(tensor.dataId)
  }

  /** Replaces the backend's methods; the returned function puts them back. */
  private intercept(): () => void {
    const { backend } = this
    const { executeSingleOutput, executeMultipleOutputs, readSync } = backend
    backend.executeSingleOutput = (op, attributes, inputs) =>
      this.mustRecord(op, inputs)
        ? this.operation(op, attributes, inputs, 1)[0]!
        : executeSingleOutput.call(backend, op, attributes, inputs)
    backend.executeMultipleOutputs = (op, attributes, inputs, outputs) =>
      this.mustRecord(op, inputs)
        ? this.operation(op, attributes, inputs, outputs)
        : executeMultipleOutputs.call(backend, op, attributes, inputs, outputs)
    backend.readSync = (dataId) => {
      if (this.recorded.has(dataId))
        throw new TraceFailure('A recorded tensor has no values to read in JavaScript')
      return readSync.call(backend, dataId)
    }
    return () => Object.assign(backend, { executeSingleOutput, executeMultipleOutputs, readSync })
  }

  private mustRecord(op: string, inputs: readonly tf.Tensor[]): boolean {
    return generators.has(op) || inputs.some((input) => this.isRecorded(input))
  }

  /** Records one operation. */
  private operation(
    op: string,
    attributes: readonly OperationAttribute[],
    inputs: readonly tf.Tensor[],
    outputs: number,
  ): tf.Tensor[] {
    const attr = graphAttributes(this.backend, attributes)
    // tfjs-node leaves these two to the eager runtime, which infers them.
    if (op === 'ExpandDims') {
      attr['T'] ??= { type: dataType[inputs[0]!.dtype as 'float32'] }
      attr['Tdim'] ??= { type: dataType.int32 }
    }
    if (op === 'BatchMatMulV2' && inputs.every((input) => input.shape.length === 2)) {
      return this.matrixProduct(attr, inputs)
    }
    const references = inputs.map((input) => this.reference(input))
    const forms = outputs === 0 ? [] : this.formsOf(op, attr, inputs)
    const name = this.add(op, [...references, ...this.order(op, references)], attr, undefined, forms)
    this.noteUse(op, references, name)
    return forms.map((form, index) => this.tensor(index === 0 ? name : `${name}:${index}`, form))
  }

  /** A product of two matrices: TensorFlow fuses what follows `MatMul`, not what follows `BatchMatMulV2`. */
  private matrixProduct(
    { T, adj_x, adj_y }: Readonly<Record<string, AttributeValue>>,
    inputs: readonly tf.Tensor[],
  ): tf.Tensor[] {
    const attr = { T: T!, transpose_a: adj_x!, transpose_b: adj_y! }
    const references = inputs.map((input) => this.reference(input))
    const forms = this.formsOf('MatMul', attr, inputs)
    const name = this.add('MatMul', references, attr, undefined, forms)
    this.noteUse('MatMul', references, name)
    return forms.map((form) => this.tensor(name, form))
  }

  private formsOf(
    op: string,
    attr: Readonly<Record<string, AttributeValue>>,
    inputs: readonly tf.Tensor[],
  ): readonly TensorForm[] {
    if (op === 'ReadVariableOp') return [this.variableForm(inputs[0]!)]
    const operation: OperationForm = {
      inputs,
      constant: (index) => Array.from(inputs[index]!.dataSync()),
      flag: (name, fallback) => attr[name]?.b ?? fallback,
      integer: (name, fallback) => attr[name]?.i ?? fallback,
      type: (name) => typeName(attr[name]?.type),
    }
    const forms = outputForms(op, operation)
    if (forms === null) throw new TraceFailure(`The tracer has no shape rule for the operation ${op}`)
    return forms
  }

  /** Declares the shape that reads of a variable's handle have. */
  declareVariable(handle: tf.Tensor, form: TensorForm): void {
    this.variableForms.set(handle.dataId, form)
    this.handles.add(this.reference(handle))
  }

  private readonly variableForms = new WeakMap<object, TensorForm>()

  private variableForm(handle: tf.Tensor): TensorForm {
    const form = this.variableForms.get(handle.dataId)
    if (form === undefined) throw new TraceFailure('A variable is read that was not declared')
    return form
  }

  /** Control inputs that keep reads and writes of a variable in the order in which they were made. */
  private order(op: string, references: readonly string[]): string[] {
    const uses = references.flatMap((reference) => this.uses.get(reference) ?? [])
    if (op === 'ReadVariableOp')
      return uses.flatMap(({ lastWrite }) => (lastWrite === null ? [] : `^${lastWrite}`))
    if (!variableWrites.has(op)) return []
    const earlier = uses.flatMap(({ readers, lastWrite }) =>
      lastWrite === null ? readers : [...readers, lastWrite],
    )
    return [...new Set(earlier)].map((name) => `^${name}`)
  }

  private noteUse(op: string, references: readonly string[], name: string): void {
    for (const reference of references) {
      const read = this.readersOf.get(reference)
      if (read !== undefined) this.uses.get(read)?.readers.push(name)
    }
    const variables = references.filter((reference) => this.handles.has(reference))
    if (op === 'ReadVariableOp') {
      const [variable = ''] = variables
      const use = this.uses.get(variable) ?? { readers: [], lastWrite: null }
      this.uses.set(variable, { ...use, readers: [...use.readers, name] })
      this.readersOf.set(name, variable)
    } else if (variableWrites.has(op)) {
      for (const variable of variables) this.uses.set(variable, { readers: [], lastWrite: name })
      this.effects.push(name)
    }
  }

  private constant(tensor: tf.Tensor): string {
    const { shape, dtype } = tensor
    if (sizeOf(shape) > largestConstant) {
      throw new TraceFailure(
        `A tensor of shape [${shape.join(', ')}] is captured as a constant; it must be an input, a variable, or made by an operation`,
      )
    }
    const values = tensor.dataSync()
    const content =
      dtype === 'bool'
        ? Buffer.from(Uint8Array.from(values as ArrayLike<number>))
        : Buffer.from(values.buffer, values.byteOffset, values.byteLength)
    return this.constantNode(dataType[dtype as 'float32'], shape, Buffer.from(content))
  }

  private int64([low = 0, high = 0]: Int32Array): string {
    const content = Buffer.alloc(8)
    content.writeInt32LE(low, 0)
    content.writeInt32LE(high, 4)
    return this.constantNode(dataType.int64, [], content)
  }

  /** A constant; equal ones of one function share a node. */
  private constantNode(dtype: number, shape: readonly number[], content: Buffer): string {
    const key = `${this.prefix} ${dtype} ${shape.join(',')} ${content.toString('base64')}`
    const known = this.constants.get(key)
    if (known !== undefined) return known
    const tensor = { dtype, tensorShape: shapeValue(shape), tensorContent: content }
    const name = this.add('Const', [], { dtype: { type: dtype }, value: { tensor } })
    this.constants.set(key, name)
    return name
  }
}

/** tfjs-node's stand-in for a 64-bit integer. */
interface Int64Scalar {
  readonly valueArray: Int32Array
}

/** Size of a tensor in memory. */
function bytesOf({ shape, dtype }: TensorForm): number {
  return sizeOf(shape) * (dtype === 'bool' ? 1 : 4)
}

function typeName(type: number | undefined): tf.DataType {
  if (type === dataType.int32) return 'int32'
  return type === dataType.bool ? 'bool' : 'float32'
}
