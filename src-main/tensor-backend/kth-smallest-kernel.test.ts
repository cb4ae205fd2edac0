import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { inScope } from '@main/ml/tensors/in-scope.ts'
import { kthSmallest, kthSmallestKernel } from '@main/ml/tensors/kth-smallest.ts'
import { loadTensorEngine } from './load-backend.ts'

beforeAll(async () => {
  process.env['LAB_FUSION'] ??= 'off'
  await loadTensorEngine('tensorflow')
})

type Shape = readonly [number, number, number, number]

/** The k-th smallest entries on a backend. */
async function onBackend(name: 'tensorflow' | 'cpu', shape: Shape, values: Float32Array, rank: number) {
  await tf.setBackend(name)
  try {
    return inScope(() => {
      const found = kthSmallest(tf.tensor4d(values, [...shape]), rank)
      return { shape: found.shape, values: found.dataSync<'float32'>() }
    })
  } finally {
    await tf.setBackend('tensorflow')
  }
}

const largest = 3.4028234663852886e38

/** Numbers with ties, zeros and the largest there are; TensorFlow takes those below 1e-38 for 0. */
const number = fc.oneof(
  fc.integer({ min: -4, max: 4 }).map((whole) => whole + 0),
  fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => (Math.abs(value) < 1e-30 ? 0 : value)),
  fc.constantFrom(largest, -largest),
)

/** Values, the shape they fill, and a rank. */
const cases = fc
  .tuple(...[3, 3, 4, 40].map((max) => fc.integer({ min: 1, max })))
  .map((sizes) => sizes as unknown as Shape)
  .chain((shape) => {
    const count = shape.reduce((product, size) => product * size, 1)
    return fc.record({
      shape: fc.constant(shape),
      values: fc.array(number, { minLength: count, maxLength: count }),
      rank: fc.integer({ min: 0, max: shape[3] - 1 }),
    })
  })

/** 0 for −0. */
const withoutSign = (value: number): number => value + 0

describe('the k-th smallest entry of every row', () => {
  it('has a kernel on TensorFlow and none on plain JavaScript', () => {
    expect(tf.getKernel(kthSmallestKernel, 'tensorflow')).toBeDefined()
    expect(tf.getKernel(kthSmallestKernel, 'cpu')).toBeUndefined()
  })

  it('is the same from TensorFlow’s kernel, from the fallback and from sorting', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ shape, values, rank }) => {
        const given = Float32Array.from(values)
        const columns = shape[3]
        const rows = Array.from({ length: given.length / columns }, (_, row) =>
          given.slice(row * columns, (row + 1) * columns).sort(),
        )
        const sorted = rows.map((row) => withoutSign(row[rank]!))

        const kernel = await onBackend('tensorflow', shape, given, rank)
        const fallback = await onBackend('cpu', shape, given, rank)

        expect(kernel.shape).toEqual([...shape.slice(0, 3), 1])
        expect(Array.from(kernel.values, withoutSign)).toEqual(sorted)
        expect(fallback.shape).toEqual(kernel.shape)
        expect(Array.from(fallback.values, withoutSign)).toEqual(sorted)
      }),
      { seed: 1, numRuns: 150 },
    )
  })
})
