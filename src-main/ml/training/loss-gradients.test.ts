import * as tf from '@tensorflow/tfjs'
import { usePlainBackend } from '../testing/plain-backend.ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { inScope } from '../tensors/in-scope.ts'
import { javascriptUniform, passKey, passRandom } from '../random/uniform-source.ts'
import { tinyBatch, tinyConfig, tinyParameters } from '../testing/tiny-model.ts'
import { taskLoss } from '../losses/task-loss.ts'
import { classifierLogits } from '../models/sequence-classifier.ts'
import { lossGradients } from './loss-gradients.ts'
import type { ForwardOptions } from '../models/forward-options.ts'
import type { Parameters } from '../models/parameters.ts'

beforeAll(usePlainBackend)

// Central differences of fourth order in float32: h = 1e-2 balances truncation against rounding.
const step = 1e-2
const rtol = 5e-3
const atol = 2e-3

/** (8·(L(w + h) − L(w − h)) − (L(w + 2h) − L(w − 2h))) / 12h for one entry of one weight. */
function centralDifference(
  parameters: Parameters,
  name: string,
  index: number,
  loss: (parameters: Parameters) => number,
): number {
  const weight = parameters.get(name)!
  const at = (offset: number): number => {
    const values = Float32Array.from(weight.dataSync())
    values[index] = values[index]! + offset
    const moved = tf.tensor(values, weight.shape)
    const result = loss(new Map(parameters).set(name, moved))
    moved.dispose()
    return result
  }
  return (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step)
}

describe.each(['classification', 'regression'] as const)('gradients of the %s loss', (kind) => {
  it.each([
    ['without dropout', {}],
    ['with dropout', { random: passRandom(javascriptUniform, passKey(3, 1, 'second')) }],
  ] satisfies [string, ForwardOptions][])(
    'agree with finite differences in every weight, %s',
    (_, options) => {
      const parameters = tinyParameters(kind === 'regression' ? 1 : 2, 11)
      const batch = tinyBatch(kind, 5)
      const loss = (current: Parameters): number =>
        inScope(
          () =>
            taskLoss(
              classifierLogits(current, tinyConfig, batch.inputs, options),
              batch.targets,
            ).dataSync()[0]!,
        )

      const { gradients } = lossGradients(parameters, { config: tinyConfig, batch, ...options })

      expect([...gradients.keys()]).toEqual([...parameters.keys()])
      for (const [name, gradient] of gradients) {
        const values = Array.from(gradient.dataSync())
        // The largest entry and one in the middle: the first catches a wrong factor, the second a wrong place.
        const largest = values.reduce(
          (best, value, i) => (Math.abs(value) > Math.abs(values[best]!) ? i : best),
          0,
        )
        for (const index of [largest, Math.floor(values.length / 2)]) {
          const expected = centralDifference(parameters, name, index, loss)
          const difference = Math.abs(values[index]! - expected)
          expect(difference, `${name}[${index}]: ${values[index]} against ${expected}`).toBeLessThanOrEqual(
            atol + rtol * Math.abs(expected),
          )
        }
      }
    },
  )
})

describe('the memory of a gradient computation', () => {
  it('leaves no tensor behind', () => {
    const parameters = tinyParameters(2, 1)
    const batch = tinyBatch('classification', 1)
    const before = tf.memory().numTensors

    const { loss, gradients } = lossGradients(parameters, { config: tinyConfig, batch })
    tf.dispose([loss, ...gradients.values()])

    expect(tf.memory().numTensors).toBe(before)
  })
})
