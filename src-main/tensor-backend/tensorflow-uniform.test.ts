import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  javascriptUniform,
  passKey,
  type RandomKey,
  type UniformSource,
} from '@main/ml/random/uniform-source.ts'
import { inScope } from '@main/ml/tensors/in-scope.ts'
import { loadTensorEngine } from './load-backend.ts'

let tensorflow: UniformSource
beforeAll(async () => {
  process.env['LAB_FUSION'] ??= 'off'
  tensorflow = (await loadTensorEngine('tensorflow')).uniform
})

const values = (source: UniformSource, shape: readonly number[], key: RandomKey): Float32Array =>
  inScope(() => source(shape, key).dataSync<'float32'>())

const bits32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })

/** Pearson's correlation of two draws with mean 1/2 and variance 1/12. */
const correlation = (a: Float32Array, b: Float32Array): number =>
  (12 * a.reduce((sum, value, i) => sum + (value - 0.5) * (b[i]! - 0.5), 0)) / a.length

describe('uniform numbers as TensorFlow operations', () => {
  it.each([[[]], [[1]], [[7]], [[3, 1, 5]], [[4, 3, 7, 7]], [[2, 12, 33, 33]], [[0, 3]]])(
    'are those of the reference, bit for bit: shape %j',
    (shape) => {
      fc.assert(
        fc.property(bits32, bits32, (step, site) => {
          expect(values(tensorflow, shape, [step, site])).toEqual(
            values(javascriptUniform, shape, [step, site]),
          )
        }),
        {
          seed: 1,
          numRuns: 12,
          examples: [
            [0, 0],
            [-1, -1],
            [2 ** 31 - 1, -(2 ** 31)],
          ],
        },
      )
    },
  )

  it('take the step from a tensor as from a number', () => {
    inScope(() => {
      const step = passKey(5, 6, 'second')

      expect(values(tensorflow, [3, 4], [tf.scalar(step, 'int32'), 9])).toEqual(
        values(tensorflow, [3, 4], [step, 9]),
      )
    })
  })

  it('are float32 of the asked shape, and leave no other tensor behind', () => {
    const before = tf.memory().numTensors

    const drawn = tensorflow([2, 3, 5], [1, 2])

    expect([drawn.dtype, drawn.shape, tf.memory().numTensors]).toEqual(['float32', [2, 3, 5], before + 1])
    drawn.dispose()
  })
})

describe.each([
  ['in JavaScript', (): UniformSource => javascriptUniform],
  ['on TensorFlow', (): UniformSource => tensorflow],
])('uniform numbers %s', (_, sourceOf) => {
  it('of the first rows do not depend on how many rows follow', () => {
    const few = values(sourceOf(), [2, 3, 5, 7], [11, 12])

    expect(values(sourceOf(), [6, 3, 5, 7], [11, 12]).subarray(0, few.length)).toEqual(few)
  })

  it('lie in [0, 1), with the mean and variance of a uniform distribution', () => {
    const drawn = values(sourceOf(), [1000, 1000], [passKey(3, 1, 'first'), 77])
    const count = drawn.length
    const mean = drawn.reduce((sum, value) => sum + value, 0) / count
    const variance = drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count

    // Five standard deviations of mean and variance; the fourth central moment is 1/80.
    expect(Math.abs(mean - 1 / 2)).toBeLessThan(5 * Math.sqrt(1 / 12 / count))
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(5 * Math.sqrt((1 / 80 - 1 / 144) / count))
    expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true)
  })

  it('are uncorrelated between neighbouring keys, steps, sites, entries and rows', () => {
    const count = 100_000
    const bound = 5 / Math.sqrt(count)
    const draw = (step: number, site: number): Float32Array => values(sourceOf(), [count], [step, site])
    const drawn = draw(400, 9)

    for (const [step, site] of [
      [401, 9],
      [399, 9],
      [400, 10],
      [401, 10],
      [400 + 0x9e3779b1, 10],
    ]) {
      expect(Math.abs(correlation(drawn, draw(step! | 0, site!))), `${step}, ${site}`).toBeLessThan(bound)
    }
    for (const key of [1, 2, 3] as const) {
      const [here, next] = [passKey(key, 1, 'second'), passKey(key, 2, 'second')]
      expect(Math.abs(correlation(draw(here, 9), draw(next, 9)))).toBeLessThan(bound)
    }
    for (const distance of [1, 2, 32, 128, 4096]) {
      const [early, late] = [drawn.subarray(0, count - distance), drawn.subarray(distance)]
      expect(Math.abs(correlation(early, late)), `distance ${distance}`).toBeLessThan(1.1 * bound)
    }
  })
})
