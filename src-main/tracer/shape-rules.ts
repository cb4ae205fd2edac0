/** Shape and type of what an operation returns, without running it. */
import type * as tf from '@tensorflow/tfjs'

/** Shape and type of a tensor. */
export interface TensorForm {
  readonly shape: readonly number[]
  readonly dtype: tf.DataType
}

/** What a rule sees of an operation. */
export interface OperationForm {
  readonly inputs: readonly TensorForm[]
  /** Values of an input that must be constant (a shape, an axis). */
  constant(index: number): number[]
  /** A boolean or integer attribute; `fallback` where the operation does not have it. */
  flag(name: string, fallback: boolean): boolean
  integer(name: string, fallback: number): number
  /** Type that a type attribute names. */
  type(name: string): tf.DataType
}

type Rule = (operation: OperationForm) => readonly TensorForm[]

const same: Rule = ({ inputs }) => [inputs[0]!]
const broadcast: Rule = ({ inputs }) => [
  { shape: broadcastShape(inputs.map((input) => input.shape)), dtype: inputs[0]!.dtype },
]
const compare: Rule = (operation) => [{ ...broadcast(operation)[0]!, dtype: 'bool' }]

/** Shape that shapes broadcast to, aligned at their last axes. */
function broadcastShape(shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length))
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1)
    return sizes.find((size) => size !== 1) ?? 1
  })
}

/** An axis counted from the first one. */
const fromStart = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis)

/** Reduction over the axes in the second input. */
const reduce: Rule = (operation) => {
  const [{ shape, dtype } = missing()] = operation.inputs
  const axes = operation.constant(1).map((axis) => fromStart(axis, shape.length))
  const isReduced = (axis: number): boolean => axes.includes(axis)
  const kept = operation.flag('keep_dims', false)
    ? shape.map((size, axis) => (isReduced(axis) ? 1 : size))
    : shape.filter((_, axis) => !isReduced(axis))
  return [{ shape: kept, dtype }]
}

const product: Rule = (operation) => {
  const [a = missing(), b = missing()] = operation.inputs
  const rows = a.shape.at(operation.flag('adj_x', false) || operation.flag('transpose_a', false) ? -1 : -2)!
  const columns = b.shape.at(
    operation.flag('adj_y', false) || operation.flag('transpose_b', false) ? -2 : -1,
  )!
  const batch = broadcastShape([a.shape.slice(0, -2), b.shape.slice(0, -2)])
  return [{ shape: [...batch, rows, columns], dtype: a.dtype }]
}

const reshape: Rule = (operation) => {
  const [{ shape, dtype } = missing()] = operation.inputs
  const wanted = operation.constant(1)
  const total = sizeOf(shape)
  const known = sizeOf(wanted.filter((size) => size !== -1))
  return [{ shape: wanted.map((size) => (size === -1 ? total / known : size)), dtype }]
}

const slice: Rule = (operation) => {
  const [{ shape, dtype } = missing()] = operation.inputs
  const begin = operation.constant(1)
  const size = operation.constant(2)
  return [
    { shape: size.map((wanted, axis) => (wanted === -1 ? shape[axis]! - begin[axis]! : wanted)), dtype },
  ]
}

const gather: Rule = (operation) => {
  const [table = missing(), indices = missing()] = operation.inputs
  const axis = fromStart(operation.constant(2)[0]!, table.shape.length)
  const batchAxes = operation.integer('batch_dims', 0)
  const picked = indices.shape.slice(batchAxes)
  const shape = [...table.shape.slice(0, axis), ...picked, ...table.shape.slice(axis + 1)]
  return [{ shape, dtype: table.dtype }]
}

const argMax: Rule = (operation) => {
  const { shape } = operation.inputs[0]!
  const reduced = fromStart(operation.constant(1)[0]!, shape.length)
  return [{ shape: shape.filter((_, at) => at !== reduced), dtype: 'int32' }]
}

const expandDims: Rule = (operation) => {
  const [{ shape, dtype } = missing()] = operation.inputs
  const at = fromStart(operation.constant(1)[0]!, shape.length + 1)
  return [{ shape: [...shape.slice(0, at), 1, ...shape.slice(at)], dtype }]
}

const concatenate: Rule = (operation) => {
  const parts = operation.inputs.slice(0, -1)
  const { shape, dtype } = parts[0]!
  const axis = fromStart(operation.constant(parts.length)[0]!, shape.length)
  const total = parts.reduce((sum, part) => sum + part.shape[axis]!, 0)
  return [{ shape: shape.map((size, at) => (at === axis ? total : size)), dtype }]
}

const pack: Rule = (operation) => {
  const { shape, dtype } = operation.inputs[0]!
  const axis = fromStart(operation.integer('axis', 0), shape.length + 1)
  return [{ shape: [...shape.slice(0, axis), operation.inputs.length, ...shape.slice(axis)], dtype }]
}

const pad: Rule = (operation) => {
  const [{ shape, dtype } = missing()] = operation.inputs
  const widths = operation.constant(1)
  return [{ shape: shape.map((size, axis) => size + widths[2 * axis]! + widths[2 * axis + 1]!), dtype }]
}

const topK: Rule = (operation) => {
  const { shape, dtype } = operation.inputs[0]!
  const depth = operation.constant(1)[0]!
  const cut = [...shape.slice(0, -1), depth]
  return [
    { shape: cut, dtype },
    { shape: cut, dtype: 'int32' },
  ]
}

/** The values are the constant shape in the first input. */
const shaped =
  (dtype: (operation: OperationForm) => tf.DataType): Rule =>
  (operation) => [{ shape: operation.constant(0), dtype: dtype(operation) }]

const elementwise = [
  'Add',
  'AddV2',
  'Sub',
  'Mul',
  'Div',
  'RealDiv',
  'Maximum',
  'Minimum',
  'Pow',
  'SquaredDifference',
]
const bits = ['BitwiseAnd', 'BitwiseOr', 'BitwiseXor', 'LeftShift', 'RightShift']
const comparisons = ['Less', 'LessEqual', 'Greater', 'GreaterEqual', 'Equal', 'NotEqual']
const unary = [
  'Neg',
  'Floor',
  'Exp',
  'Log',
  'Erf',
  'Tanh',
  'Sqrt',
  'Rsqrt',
  'Square',
  'Abs',
  'Sign',
  'Sigmoid',
  'Reciprocal',
]
const unchanged = [
  'Softmax',
  'LogSoftmax',
  'Identity',
  'ZerosLike',
  'OnesLike',
  'LogicalNot',
  'Log1p',
  'Softplus',
]
const reductions = ['Sum', 'Mean', 'Max', 'Min', 'Prod', 'All', 'Any']

const named = (names: readonly string[], rule: Rule): [string, Rule][] => names.map((name) => [name, rule])

const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ...named([...elementwise, ...bits], broadcast),
  ...named([...comparisons, 'LogicalAnd', 'LogicalOr'], compare),
  ...named([...unary, ...unchanged], same),
  ...named(reductions, reduce),
  ...named(['MatMul', 'BatchMatMulV2'], product),
  ['Reshape', reshape],
  ['Slice', slice],
  [
    'Tile',
    (operation) => {
      const { shape, dtype } = operation.inputs[0]!
      const repeats = operation.constant(1)
      return [{ shape: shape.map((size, axis) => size * repeats[axis]!), dtype }]
    },
  ],
  ...named(['Pad', 'PadV2'], pad),
  ['GatherV2', gather],
  ['ArgMax', argMax],
  ['ExpandDims', expandDims],
  ['ConcatV2', concatenate],
  ['Pack', pack],
  ['TopKV2', topK],
  ['NthElement', ({ inputs }) => [{ shape: inputs[0]!.shape.slice(0, -1), dtype: inputs[0]!.dtype }]],
  ['Cast', (operation) => [{ shape: operation.inputs[0]!.shape, dtype: operation.type('DstT') }]],
  [
    'Transpose',
    (operation) => {
      const { shape, dtype } = operation.inputs[0]!
      return [{ shape: operation.constant(1).map((axis) => shape[axis]!), dtype }]
    },
  ],
  [
    'SelectV2',
    ({ inputs }) => [{ shape: broadcastShape(inputs.map((input) => input.shape)), dtype: inputs[1]!.dtype }],
  ],
  ['Select', ({ inputs }) => [inputs[1]!]],
  [
    'OneHot',
    (operation) => [
      {
        shape: [...operation.inputs[0]!.shape, operation.constant(1)[0]!],
        dtype: operation.inputs[2]!.dtype,
      },
    ],
  ],
  [
    'UnsortedSegmentSum',
    (operation) => {
      const [values = missing(), ids = missing()] = operation.inputs
      const shape = [operation.constant(2)[0]!, ...values.shape.slice(ids.shape.length)]
      return [{ shape, dtype: values.dtype }]
    },
  ],
  ['Fill', (operation) => [{ shape: operation.constant(0), dtype: operation.inputs[1]!.dtype }]],
  ['StatelessRandomUniform', shaped((operation) => operation.type('dtype'))],
  ['StatelessRandomUniformFullInt', shaped((operation) => operation.type('dtype'))],
  ['Bitcast', (operation) => [{ shape: operation.inputs[0]!.shape, dtype: operation.type('type') }]],
])

/**
 * Forms of an operation's outputs.
 *
 * @param op TensorFlow's name of the operation
 * @param operation its inputs and attributes
 * @returns null when there is no rule for the operation
 */
export function outputForms(op: string, operation: OperationForm): readonly TensorForm[] | null {
  return rules.get(op)?.(operation) ?? null
}

/**
 * Number of entries of a shape.
 *
 * @param shape sizes
 */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((total, size) => total * size, 1)
}

function missing(): never {
  throw new Error('An operation was recorded without an input that its definition has.')
}
