import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectClose, rounding } from '@main/testing/expect-close.ts'
import { withBfloat16Products } from './bfloat16-products.ts'
import { compile, type CompiledGraph } from './compile.ts'
import { loadTensorflow, testTensor } from './testing/load-tensorflow.ts'
import type { GraphNode } from './graph-node.ts'
import type { TensorflowBackend } from './tensorflow-backend.ts'

let backend: TensorflowBackend
beforeAll(async () => {
  backend = await loadTensorflow()
})

const [rows, inner, columns] = [5, 64, 7]
const shapes = { a: [rows, inner], b: [inner, columns], c: [2, rows, inner], d: [2, inner, columns] }

/** Nearest bfloat16, ties to even: the upper 16 bits of a float32. */
function bfloat16(tensor: tf.Tensor): tf.Tensor {
  const words = new Uint32Array(Float32Array.from(tensor.dataSync()).buffer)
  const rounded = words.map((word) => ((word + 0x7fff + ((word >>> 16) & 1)) & 0xffff0000) >>> 0)
  return tf.tensor(new Float32Array(rounded.buffer), tensor.shape)
}

/** Products of matrices and of batches of them, in one function. */
const graphOf = (rewrite: (nodes: readonly GraphNode[]) => readonly GraphNode[]): CompiledGraph =>
  compile(backend, {
    variables: new Map(),
    functions: {
      f: {
        inputs: Object.fromEntries(
          Object.entries(shapes).map(([name, shape]) => [name, { shape, dtype: 'float32' }]),
        ),
        body: ({ a, b, c, d }) => ({
          matrix: tf.matMul(a!, b!),
          again: tf.matMul(a!, tf.neg(b!)),
          batch: tf.matMul(c!, d!),
          sum: tf.add(a!, 1e-5),
        }),
      },
    },
    rewrite,
  })

const inputs = (): Record<keyof typeof shapes, tf.Tensor> => ({
  a: testTensor(shapes.a, 1),
  b: testTensor(shapes.b, 2),
  c: testTensor(shapes.c, 3),
  d: testTensor(shapes.d, 4),
})
const largestDifference = (x: tf.Tensor, y: tf.Tensor): number =>
  tf.tidy(() => tf.max(tf.abs(tf.sub(x, y))).dataSync()[0]!)

describe('products in bfloat16', () => {
  it('are those of rounded inputs, rounded, and nothing else changes', () => {
    const graph = graphOf((nodes) => withBfloat16Products(nodes, () => true))
    tf.tidy(() => {
      const values = inputs()
      const { matrix, batch, sum } = graph.run('f', values)
      const expected = tf.matMul(bfloat16(values.a), bfloat16(values.b))
      const expectedBatch = tf.matMul(bfloat16(values.c), bfloat16(values.d))

      // Sum and inputs are rounded to 8 bits: measured with and without oneDNN, up to 1.6 · 2⁻⁸ of the sum; five times that
      // is allowed. A product that is wrong differs by the order of the sum itself.
      for (const [what, found, wanted] of [
        ['matrix', matrix!, expected],
        ['batch', batch!, expectedBatch],
      ] as const)
        expectClose(found.dataSync(), wanted.dataSync(), {
          relative: rounding(8, 'bfloat16'),
          scale: Array.from(wanted.dataSync(), (sum) => Math.abs(sum) + 2 ** -8),
          what,
        })
      expect(matrix!.dataSync()).toEqual(bfloat16(matrix!).dataSync())
      expect(largestDifference(matrix!, tf.matMul(values.a, values.b))).toBeGreaterThan(1e-4)
      expect(sum!.dataSync()).toEqual(tf.add(values.a, 1e-5).dataSync())
    })
    graph.dispose()
  })

  it('stay exact where they are not asked for', () => {
    const [exact, mixed] = [
      graphOf((nodes) => nodes),
      graphOf((nodes) => withBfloat16Products(nodes, ({ op }) => op === 'BatchMatMulV2')),
    ]
    tf.tidy(() => {
      const values = inputs()
      const [expected, found] = [exact.run('f', values), mixed.run('f', values)]

      expect(found['matrix']!.dataSync()).toEqual(expected['matrix']!.dataSync())
      expect(found['again']!.dataSync()).toEqual(expected['again']!.dataSync())
      expect(largestDifference(found['batch']!, expected['batch']!)).toBeGreaterThan(1e-4)
    })
    exact.dispose()
    mixed.dispose()
  })

  it('round an input of several products once', () => {
    let casts: GraphNode[] = []
    const graph = graphOf((nodes) => {
      const rewritten = withBfloat16Products(nodes, () => true)
      casts = rewritten.filter(({ op }) => op === 'Cast')
      return rewritten
    })
    graph.dispose()

    // a, b, -b, c, d on the way in; three products on the way out.
    expect(casts).toHaveLength(5 + 3)
  })
})
