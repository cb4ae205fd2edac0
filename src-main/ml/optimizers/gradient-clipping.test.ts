import * as tf from '@tensorflow/tfjs'
import { usePlainBackend } from '../testing/plain-backend.ts'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { clipByGlobalNorm } from './gradient-clipping.ts'
import { expectClose, rounding } from '@main/testing/expect-close.ts'

beforeAll(usePlainBackend)
beforeEach(() => tf.engine().startScope())
afterEach(() => {
  tf.engine().endScope()
  vi.restoreAllMocks()
})

/** The same in float64: torch.nn.utils.clip_grad_norm_ on plain numbers. */
function clippedNumbers(gradients: readonly (readonly number[])[], maxNorm: number): number[][] {
  const norm = Math.sqrt(gradients.flat().reduce((sum, value) => sum + value * value, 0))
  const factor = Math.min(1, maxNorm / (norm + 1e-6))
  return gradients.map((values) => values.map((value) => value * factor))
}

const values = [
  Array.from({ length: 6 }, (_, i) => Math.sin(3 * i + 1) * 4),
  Array.from({ length: 5 }, (_, i) => Math.cos(7 * i) / 3),
  [-0.02],
]

/** The gradients as tensors of rank 2, 1 and 0. */
function gradientTensors(): ReadonlyMap<string, tf.Tensor> {
  return new Map<string, tf.Tensor>([
    ['weight', tf.tensor(values[0]!, [2, 3])],
    ['bias', tf.tensor1d(values[1]!)],
    ['scale', tf.scalar(values[2]![0]!)],
  ])
}

describe('clipping by the global norm', () => {
  it.each([0.01, 1, 5])('equals float64 numbers at a norm of at most %d', (maxNorm) => {
    const clipped = clipByGlobalNorm(gradientTensors(), maxNorm)

    const expected = clippedNumbers(values, maxNorm)
    expect([...clipped.keys()]).toEqual(['weight', 'bias', 'scale'])
    expect([...clipped.values()].map(({ shape }) => shape)).toEqual([[2, 3], [5], []])
    // A sum of 12 squares, its root, a quotient and a product.
    expectClose(
      [...clipped.values()].flatMap((gradient) => Array.from(gradient.dataSync())),
      expected.flat(),
      { relative: rounding(16) },
    )
  })

  it('leaves gradients that are short enough as they are, bit for bit', () => {
    const gradients = gradientTensors()
    const clipped = clipByGlobalNorm(gradients, 100)

    for (const [name, gradient] of gradients)
      expect(clipped.get(name)!.dataSync()).toEqual(gradient.dataSync())
  })

  it('keeps gradients of zero at zero', () => {
    const clipped = clipByGlobalNorm(new Map([['weight', tf.zeros([2, 2])]]), 1)

    expect([...clipped.get('weight')!.dataSync()]).toEqual([0, 0, 0, 0])
    expect(clipByGlobalNorm(new Map(), 1).size).toBe(0)
  })

  it('reads no value and leaves nothing but its results', () => {
    const gradients = gradientTensors()
    const readSync = vi.spyOn(tf.engine(), 'readSync')
    const before = tf.memory().numTensors

    const clipped = clipByGlobalNorm(gradients, 1)

    expect(readSync).not.toHaveBeenCalled()
    expect(tf.memory().numTensors - before).toBe(clipped.size)
  })
})
