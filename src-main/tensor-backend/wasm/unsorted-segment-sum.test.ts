import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectClose, rounding } from '@main/testing/expect-close.ts'
import { usePlainBackend } from '@main/ml/testing/plain-backend.ts'
import { inScope } from '@main/ml/tensors/in-scope.ts'
import { loadWasm } from './load-wasm.ts'

/** The sums on a backend. */
async function sums(
  backend: 'wasm' | 'cpu',
  x: tf.TensorLike,
  ids: number[],
  segments: number,
  dtype: 'float32' | 'int32' = 'float32',
): Promise<{ shape: number[]; values: number[] }> {
  if (backend === 'cpu') await usePlainBackend()
  else await loadWasm()
  return inScope(() => {
    const result = tf.unsortedSegmentSum(tf.tensor(x, undefined, dtype), tf.tensor1d(ids, 'int32'), segments)
    expect(result.dtype).toBe(dtype)
    return { shape: result.shape, values: Array.from(result.dataSync()) }
  })
}

beforeAll(loadWasm)

describe('sums of rows that share an id, on WebAssembly', () => {
  const rows = Array.from({ length: 7 }, (_, n) => Array.from({ length: 5 }, (_, e) => Math.sin(5 * n + e)))

  it.each([
    ['repeated ids in any order', rows, [2, 0, 2, 2, 5, 0, 10], 11],
    ['segments that no row has', rows, [1, 1, 1, 1, 1, 1, 1], 3],
    ['a vector', [1.5, -2, 4], [1, 0, 1], 2],
    [
      'rows of rank 2',
      [
        [
          [1, 2],
          [3, 4],
        ],
        [
          [5, 6],
          [7, 8],
        ],
      ],
      [1, 1],
      3,
    ],
    ['ids outside of the segments', rows, [0, -1, 1, 3, 2, 9, 0], 3],
    ['no rows for the first of them', [[1, 2, 3]], [1], 2],
  ])('equal the plain backend’s to rounding: %s', async (_, x, ids, segments) => {
    const expected = await sums('cpu', x, ids, segments)
    const found = await sums('wasm', x, ids, segments)

    expect(found.shape).toEqual(expected.shape)
    // The plain backend adds in float64 and rounds once; ours rounds each of up to six sums below 8.
    // Sums of at most 7 rows in another order; each way rounds up to 7 times.
    expectClose(found.values, expected.values, { relative: rounding(2 * 7), scale: 8 })
  })

  it('are integers for integers', async () => {
    expect(await sums('wasm', [[1], [2], [4]], [0, 1, 0], 2, 'int32')).toEqual({
      shape: [2, 1],
      values: [5, 2],
    })
  })

  it('start from 0 in memory that held something else', async () => {
    await loadWasm()
    inScope(() => tf.fill([64, 64], 7))

    expect((await sums('wasm', [[1]], [0], 4096)).values.slice(1).every((value) => value === 0)).toBe(true)
  })
})
