import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectClose, rounding } from '@main/testing/expect-close.ts'
import { usePlainBackend } from '@main/ml/testing/plain-backend.ts'
import { inScope } from '@main/ml/tensors/in-scope.ts'
import { javascriptUniform } from '@main/ml/random/uniform-source.ts'
import { loadWasm } from './load-wasm.ts'

beforeAll(loadWasm)

/** Numbers in [-0.5, 0.5). */
const values = (shape: readonly number[], key: number): tf.Tensor =>
  tf.sub(javascriptUniform(shape, [key, 3]), 0.5)

/** A product of [M, N] by [N, P], each factor stored transposed where asked, on the current backend. */
function product(
  transposeA: boolean,
  transposeB: boolean,
  batch: readonly number[],
): { shape: number[]; values: number[] } {
  const [m, n, p] = [5, 13, 7]
  return inScope(() => {
    const a = values([...batch, ...(transposeA ? [n, m] : [m, n])], 1)
    const b = values([...batch, ...(transposeB ? [p, n] : [n, p])], 2)
    const result = tf.matMul(a, b, transposeA, transposeB)
    return { shape: result.shape, values: Array.from(result.dataSync()) }
  })
}

describe.each([[[]], [[1]], [[1, 1]], [[2, 3]]])('a matrix product on WebAssembly, batch %j', (batch) => {
  it.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])('equals the plain backend’s, transposed %j and %j', async (transposeA, transposeB) => {
    await usePlainBackend()
    const expected = product(transposeA, transposeB, batch)
    await loadWasm()
    const { shape, values: found } = product(transposeA, transposeB, batch)

    expect(shape).toEqual(expected.shape)
    // Sums of 13 products below 1/4, in another order; each way rounds up to 13 times.
    expectClose(found, expected.values, { relative: rounding(2 * 13), scale: 13 / 4 })
  })

  it('leaves nothing behind', async () => {
    await loadWasm()
    const { dataIdMap } = tf.backend() as unknown as { dataIdMap: { numDataIds(): number } }
    const before = dataIdMap.numDataIds()

    product(true, true, batch)

    expect(dataIdMap.numDataIds()).toBe(before)
  })
})
