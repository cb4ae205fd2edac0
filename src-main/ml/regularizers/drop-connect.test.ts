import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { exampleLosses } from '../losses/task-loss.ts'
import { modelLogits } from '../models/model-logits.ts'
import { usePlainBackend } from '../testing/plain-backend.ts'
import { dropConnect } from './drop-connect.ts'
import { expectLosses, expectSlopes, MethodStep, trained, withoutDropout } from './testing/method-step.ts'
import type { Parameters } from '../models/parameters.ts'

beforeAll(usePlainBackend)

const method = (dropProbability: number) =>
  dropConnect({ kind: 'drop-connect', dropProbability, crossTuning: false })

/** Names of the matrices in the encoder and the pooler. */
const isMasked = (name: string): boolean =>
  /^bert\.(encoder|pooler)\..*(query|key|value|dense)\.weight$/.test(name)

/** The step's weights with those that are masked multiplied by hand. */
function maskedByHand(step: MethodStep, p: number): { weights: Parameters; dropped: number; all: number } {
  const numbers = step.context().random('mask')
  let [dropped, all] = [0, 0]
  const weights = new Map(
    [...step.parameters].map(([name, weight]) => {
      if (!isMasked(name)) return [name, weight]
      const draws = numbers.uniform(weight.shape, `drop-connect.${name}`).dataSync()
      dropped += draws.filter((draw) => draw < p).length
      all += draws.length
      const values = weight.dataSync<'float32'>().map((w, i) => (draws[i]! < p ? 0 : w / (1 - p)))
      return [name, tf.tensor(values, weight.shape)]
    }),
  )
  return { weights, dropped, all }
}

describe('DropConnect', () => {
  it('computes the loss with a share p of the matrices’ entries at 0 and the rest divided by 1 − p', () => {
    const p = 0.3
    const step = new MethodStep(method(p), { config: withoutDropout })
    const { weights, dropped, all } = maskedByHand(step, p)
    const logits = modelLogits(weights, withoutDropout, step.batch.inputs)
    const expected = exampleLosses(logits, step.batch.targets).dataSync()

    expectLosses(step.losses(), expected)
    expect([...step.parameters.keys()].filter(isMasked)).toHaveLength(2 * 6 + 1)
    expect(Math.abs(dropped - p * all)).toBeLessThan(5 * Math.sqrt(all * p * (1 - p)))
  })

  it('has the gradients of finite differences', () => {
    expectSlopes(new MethodStep(method(0.3)).slopes())
  })

  it('gives a gradient to the weights that are kept and to no other', () => {
    const step = new MethodStep(method(0.5))
    const name = 'bert.encoder.layer.0.intermediate.dense.weight'
    const draws = step.context().random('mask').uniform([19, 15], `drop-connect.${name}`).dataSync()
    const gradient = step.gradients().get(name)!

    draws.forEach((draw, i) => expect(gradient[i] === 0, `${i}`).toBe(draw < 0.5))
  })

  it('is plain fine-tuning without dropout, bit for bit, at p = 0', () => {
    expect(trained({ kind: 'drop-connect', dropProbability: 0 }, withoutDropout)).toEqual(
      trained({ kind: 'fine-tuning' }, withoutDropout),
    )
  })

  it('leaves biases, embeddings, LayerNorm and classifier at the largest p below 1', () => {
    const step = new MethodStep(method(1 - 2 ** -25), { config: withoutDropout })
    const without = new Map(
      [...step.parameters].map(([name, weight]) => [name, isMasked(name) ? tf.zerosLike(weight) : weight]),
    )
    const logits = modelLogits(without, withoutDropout, step.batch.inputs)

    expect(step.losses()).toEqual(Array.from(exampleLosses(logits, step.batch.targets).dataSync()))
  })

  it('drops the same weights for the same seed', () => {
    const run = () => trained({ kind: 'drop-connect', dropProbability: 0.4 }, withoutDropout, 2)

    expect(run()).toEqual(run())
  })
})
