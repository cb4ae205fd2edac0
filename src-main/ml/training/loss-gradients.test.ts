import * as tf from '@tensorflow/tfjs'
import { usePlainBackend } from '../testing/plain-backend.ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { inScope } from '../tensors/in-scope.ts'
import { javascriptUniform, passKey, passRandom } from '../random/uniform-source.ts'
import { tinyBatch, tinyConfig, tinyParameters } from '../testing/tiny-model.ts'
import { finiteDifference, slopeTolerance } from '../testing/finite-difference.ts'
import { expectClose, largestOf } from '@main/testing/expect-close.ts'
import { taskLoss } from '../losses/task-loss.ts'
import { modelLogits } from '../models/model-logits.ts'
import { lossGradients } from './loss-gradients.ts'
import type { ForwardOptions } from '../models/forward-options.ts'
import type { Parameters } from '../models/parameters.ts'

beforeAll(usePlainBackend)

/** The derivative of the loss by one entry of one weight, by finite differences. */
function slopeOf(
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
  return finiteDifference(at)
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
            taskLoss(modelLogits(current, tinyConfig, batch.inputs, options), batch.targets).dataSync()[0]!,
        )

      const { gradients } = lossGradients(parameters, { config: tinyConfig, batch, ...options })

      expect([...gradients.keys()]).toEqual([...parameters.keys()])
      const steepest = Math.max(...[...gradients.values()].map((gradient) => largestOf(gradient.dataSync())))
      for (const [name, gradient] of gradients) {
        const values = Array.from(gradient.dataSync())
        // The largest entry and one in the middle: the first catches a wrong factor, the second a wrong place.
        const largest = values.reduce(
          (best, value, i) => (Math.abs(value) > Math.abs(values[best]!) ? i : best),
          0,
        )
        const indices = [largest, Math.floor(values.length / 2)]
        const expected = indices.map((index) => slopeOf(parameters, name, index, loss))
        expectClose(
          indices.map((index) => values[index]!),
          expected,
          {
            relative: slopeTolerance,
            scale: expected.map((slope) => Math.max(Math.abs(slope), 1e-2 * steepest)),
            what: 'slope',
            names: indices.map((index) => `${name}[${index}]`),
          },
        )
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
