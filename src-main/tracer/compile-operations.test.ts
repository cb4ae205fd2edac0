import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectClose, rounding } from '@main/testing/expect-close.ts'
import { compile, type Signature, type Tensors } from './compile.ts'
import { loadTensorflow, testTensor } from './testing/load-tensorflow.ts'
import type { TensorflowBackend } from './tensorflow-backend.ts'

let backend: TensorflowBackend
beforeAll(async () => {
  backend = await loadTensorflow()
})

/** A function of the tensors a, b, c. */
type Body = (inputs: { a: tf.Tensor; b: tf.Tensor; c: tf.Tensor }) => Tensors

interface Result {
  readonly shape: number[]
  readonly dtype: string
  readonly values: number[]
}

function resultsOf(tensors: Tensors): Record<string, Result> {
  const found = Object.entries(tensors).map(([name, tensor]) => {
    const { shape, dtype } = tensor
    return [name, { shape, dtype, values: Array.from(tensor.dataSync()) }] as const
  })
  tf.dispose(Object.values(tensors))
  return Object.fromEntries(found)
}

/** What a function gives when it is run eagerly, and when it is compiled. */
function bothWays(
  body: Body,
  values: readonly tf.Tensor[],
): Record<'eager' | 'compiled', Record<string, Result>> {
  const spare = tf.scalar(0)
  const [a = spare, b = spare, c = spare] = values
  const inputs = { a, b, c }
  const signature: Signature = { a, b, c }
  const eager = resultsOf(tf.tidy(() => ({ ...body(inputs) })))
  const work = (given: Tensors): Tensors => body(given as unknown as typeof inputs)
  const graph = compile(backend, {
    variables: new Map(),
    functions: { f: { inputs: signature, body: work } },
  })
  const compiled = resultsOf(graph.run('f', inputs))
  graph.dispose()
  tf.dispose([spare, ...values])
  return { eager, compiled }
}

const float =
  (shape: number[], key = 1): (() => tf.Tensor) =>
  () =>
    testTensor(shape, key)
const whole =
  (values: number[], shape: number[]): (() => tf.Tensor) =>
  () =>
    tf.tensor(values, shape, 'int32')

/** What TensorFlow's optimizer computes otherwise than the eager call, to the last bits. */
const rewritten = {
  /** x / √y becomes x · (1 / √y), and x / 5 becomes x · 0.2. */
  division: ['out', 'gradient'],
  /** `MatMul` in place of the eager `BatchMatMulV2`, and blocks that depend on the processor. */
  product: ['plain', 'left', 'right', 'both', 'transposed', 'value', 'weight', 'bias'],
  /** oneDNN's kernel in place of TensorFlow's. */
  softmax: ['softmax', 'logs', 'gradient'],
}

/** Name, inputs, function, outputs that may differ in the last bits. */
type Case = [string, readonly (() => tf.Tensor)[], Body, (readonly string[])?]

const cases: readonly Case[] = [
  [
    'a chain of elementwise operations with broadcasting',
    [float([5, 1, 3]), float([4, 1], 2)],
    ({ a, b }) => {
      const sum = tf.add(tf.mul(a, b), tf.exp(tf.neg(a)))
      return { out: tf.div(tf.tanh(sum), tf.sqrt(tf.add(tf.square(b), 1e-5))), erf: tf.erf(tf.sub(a, 0.5)) }
    },
    rewritten.division,
  ],
  [
    'products of matrices, transposed and not',
    [float([4, 5]), float([5, 3], 2), float([4, 3], 3)],
    ({ a, b, c }) => ({
      plain: tf.matMul(a, b),
      left: tf.matMul(a, c, true),
      right: tf.matMul(b, c, false, true),
      both: tf.matMul(b, a, true, true),
    }),
    rewritten.product,
  ],
  [
    'products of four-dimensional tensors',
    [float([2, 3, 4, 5]), float([2, 3, 5, 6], 2), float([2, 3, 6, 5], 3)],
    ({ a, b, c }) => ({ plain: tf.matMul(a, b), transposed: tf.matMul(a, c, false, true) }),
    rewritten.product,
  ],
  [
    'value and gradients of a small network',
    [float([6, 5]), float([5, 4], 2), float([4], 3)],
    ({ a, b, c }) => {
      const loss = (w: tf.Tensor, bias: tf.Tensor): tf.Scalar =>
        tf.mean(tf.square(tf.logSoftmax(tf.tanh(tf.add(tf.matMul(a, w), bias)))))
      const { value, grads } = tf.valueAndGrads((w, bias) => loss(w, bias))([b, c])
      return { value, weight: grads[0]!, bias: grads[1]! }
    },
    rewritten.product,
  ],
  [
    'rows of a table and their gradient, repeated rows included',
    [float([7, 3]), whole([2, 6, 2, 0, 5, 2, 1, 1], [2, 4]), float([2, 4, 3], 2)],
    ({ a, b, c }) => {
      const rows = (table: tf.Tensor): tf.Tensor => tf.gather(table, tf.cast(b, 'int32'))
      return { rows: rows(a), gradient: tf.grad((table) => tf.sum(tf.mul(rows(table), c)))(a) }
    },
  ],
  [
    'rows along the last axis and within a batch',
    [float([2, 5, 3]), whole([2, 0, 1, 1], [4]), whole([4, 0, 3, 2], [2, 2])],
    ({ a, b, c }) => ({
      last: tf.gather(a, tf.cast(b, 'int32'), 2),
      within: tf.gather(a, tf.cast(c, 'int32'), 1, 1),
    }),
  ],
  [
    'softmax and its gradient',
    [float([3, 4, 5]), float([3, 4, 5], 2)],
    ({ a, b }) => ({
      softmax: tf.softmax(a),
      logs: tf.logSoftmax(a),
      gradient: tf.grad((x) => tf.sum(tf.mul(tf.softmax(x), b)))(a),
    }),
    rewritten.softmax,
  ],
  [
    'slices and padding, with gradients',
    [float([4, 6, 3])],
    ({ a }) => {
      const cut = (x: tf.Tensor): tf.Tensor => tf.slice(x, [1, 0, 1], [2, -1, 2])
      const padded = (x: tf.Tensor): tf.Tensor => tf.pad(cut(x), [[0, 1], [2, 0], [1, 1]], 0.5) // prettier-ignore
      return { cut: cut(a), padded: padded(a), gradient: tf.grad((x) => tf.sum(tf.square(padded(x))))(a) }
    },
  ],
  [
    'one-hot rows, the place of the largest, and casts',
    [whole([3, 0, 4, 1], [2, 2]), float([3, 5, 4])],
    ({ a, b }) => ({
      oneHot: tf.oneHot(tf.cast(a, 'int32'), 5),
      largest: tf.argMax(b, -1),
      middle: tf.argMax(b, 1),
      float: tf.cast(a, 'float32'),
    }),
  ],
  [
    'reductions, with and without the reduced axes',
    [float([3, 4, 5])],
    ({ a }) => ({
      all: tf.sum(a),
      sum: tf.sum(a, [0, 2]),
      sumKept: tf.sum(a, [0, 2], true),
      mean: tf.mean(a, -1),
      meanKept: tf.mean(a, -1, true),
      max: tf.max(a, 1),
      maxKept: tf.max(a, [1, 2], true),
      least: tf.min(a, 0),
      gradient: tf.grad((x) => tf.sum(tf.square(tf.mean(x, -1, true))))(a),
    }),
    rewritten.division,
  ],
  [
    'choices by a condition',
    [float([3, 4]), float([3, 4], 2), float([3, 1], 3)],
    ({ a, b, c }) => ({
      larger: tf.where(tf.greater(a, b), a, b),
      both: tf.logicalAnd(tf.less(a, c), tf.logicalNot(tf.lessEqual(b, 0))),
      gradient: tf.grad((x) => tf.sum(tf.where(tf.greater(b, c), tf.square(x), tf.zerosLike(x))))(a),
    }),
  ],
  [
    'the largest values and their places',
    [float([3, 9])],
    ({ a }) => {
      const { values, indices } = tf.topk(a, 4)
      return { values, indices, next: tf.mul(indices, tf.scalar(2, 'int32')) }
    },
  ],
  [
    'stacking, joining, transposing, new axes',
    [float([3, 4]), float([3, 4], 2)],
    ({ a, b }) => ({
      first: tf.stack([a, b]),
      last: tf.stack([a, b], 2),
      joined: tf.concat([a, b], -1),
      turned: tf.transpose(tf.expandDims(a, 1), [2, 0, 1]),
      flat: tf.reshape(a, [-1, 2]),
    }),
  ],
]

/** TensorFlow joins or reorders at most a few operations that are rounded. */
const fewOperations = rounding(16)

describe('a compiled function equals the eager one, bit for bit where TensorFlow does not rewrite it:', () => {
  it.each<Case>(cases)('%s', (_, values, body, differing = []) => {
    const made = values.map((make) => make())

    const { eager, compiled } = bothWays(body, made)

    for (const [name, expected] of Object.entries(eager)) {
      const found = compiled[name]!
      if (!differing.includes(name)) {
        expect(found, name).toEqual(expected)
        continue
      }
      expect({ ...found, values: [] }).toEqual({ ...expected, values: [] })
      expectClose(found.values, expected.values, { relative: fewOperations, what: name })
    }
  })
})
