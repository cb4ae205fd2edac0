import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { inScope } from '../tensors/in-scope.ts'
import { usePlainBackend } from '../testing/plain-backend.ts'
import { tinyBatch, tinyConfig } from '../testing/tiny-model.ts'
import { expectClose, rounding } from '@main/testing/expect-close.ts'
import { lossGradients } from '../training/loss-gradients.ts'
import { childTuningD, childTuningF, quantile } from './child-tuning.ts'
import { MethodStep, trained } from './testing/method-step.ts'
import type { Batch } from './regularizer.ts'

beforeAll(usePlainBackend)

const isInLayers = (name: string): boolean => name.includes('encoder.layer.')

const firstBatch = (): Batch => tinyBatch('classification', 5)
const twoBatches = (): Batch[] => [firstBatch(), tinyBatch('classification', 6)]

/** A steep loss: gradients of some tensors are longer than 1. */
function madeSteep(step: MethodStep): MethodStep {
  const weight = step.parameters.get('classifier.weight')!
  ;(step.parameters as Map<string, tf.Tensor>).set('classifier.weight', tf.mul(weight, 6))
  return step
}

/** A step of Child-Tuning D after its survey of some batches. */
function surveyed(childRatio: number, batches = [firstBatch()]): MethodStep {
  const method = childTuningD({ childRatio })
  const step = madeSteep(new MethodStep(method))
  const setState = (tensors: Iterable<[string, tf.Tensor]>): void => {
    for (const [name, tensor] of tensors) (step.state as Map<string, tf.Tensor>).set(name, tensor)
  }
  for (const batch of batches) setState(method.survey!.accumulate!({ ...step.context(), batch }))
  const { state } = method.survey!.conclude({
    state: new Map([...step.state].map(([name, sum]) => [name, sum.dataSync<'float32'>()])),
    weights: new Map(),
    first: new Map(),
    epoch: 1,
    scores: [],
    seed: 1,
    config: tinyConfig,
  })
  setState([...state].map(([name, values]) => [name, tf.tensor(values, step.state.get(name)!.shape)]))
  return step
}

const length = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0))

/** The gradients of a batch that a survey sees, of the encoder's weights. */
function encoderGradients(batch: Batch): Map<string, Float32Array> {
  return inScope(() => {
    const { parameters, config, random } = madeSteep(new MethodStep({ prepare: () => ({}) })).context()
    const { gradients } = lossGradients(parameters, { config, batch, random: random('first') })
    return new Map(
      [...gradients].flatMap(([name, gradient]) =>
        isInLayers(name) ? [[name, gradient.dataSync<'float32'>().slice()] as const] : [],
      ),
    )
  })
}

/** Fisher information in float64: squares of each tensor's gradient at length 1 at most, summed over batches. */
function fisherOf(gradients: readonly ReadonlyMap<string, Float32Array>[]): Map<string, number[]> {
  const squares = (values: Float32Array): number[] => {
    const factor = Math.min(1, 1 / length(values))
    return Array.from(values, (value) => (value * factor) ** 2)
  }
  return new Map(
    [...gradients[0]!.keys()].map((name) => {
      const ofBatches = gradients.map((batch) => squares(batch.get(name)!))
      return [name, ofBatches[0]!.map((_, i) => ofBatches.reduce((sum, batch) => sum + batch[i]!, 0))]
    }),
  )
}

describe('Child-Tuning F', () => {
  it('keeps a share p of the gradients and scales it by 1/p', () => {
    const plain = new MethodStep({ prepare: () => ({}) }).gradients()
    const masked = new MethodStep(childTuningF({ childRatio: 0.3 })).gradients()
    let [kept, all] = [0, 0]
    for (const [name, values] of masked)
      values.forEach((value, i) => {
        const before = plain.get(name)![i]!
        if (before === 0) return
        all++
        if (value === 0) return
        kept++
        expectClose([value / before], [1 / 0.3], { relative: rounding(8, 'float64') })
      })
    const deviation = Math.sqrt(all * 0.3 * 0.7)

    expect(all).toBeGreaterThan(3000)
    expect(Math.abs(kept - 0.3 * all)).toBeLessThan(5 * deviation)
  })

  it('is plain fine-tuning bit for bit at p = 1', () => {
    expect(trained({ kind: 'child-tuning-f', childRatio: 1 })).toEqual(trained({ kind: 'fine-tuning' }))
  })
})

describe('Child-Tuning D', () => {
  it('lets those of the encoder’s weights learn whose gradients, clipped and squared, sum to most', () => {
    const batches = twoBatches()
    const gradients = batches.map(encoderGradients)
    const lengths = gradients.flatMap((batch) => [...batch.values()].map(length))
    const masks = surveyed(0.3, batches).state
    const [kept, dropped]: [number[], number[]] = [[], []]
    for (const [name, fisher] of fisherOf(gradients)) {
      const mask = masks.get(name)!.dataSync()
      fisher.forEach((value, i) => (mask[i] === 1 ? kept : dropped).push(value))
    }
    const [leastKept, mostDropped] = [
      kept.reduce((least, value) => Math.min(least, value), Infinity),
      dropped.reduce((most, value) => Math.max(most, value), 0),
    ]

    // Some tensors are clipped, some are not: another clip would move entries of one past those of the other.
    expect(lengths.some((norm) => norm > 2)).toBe(true)
    expect(lengths.some((norm) => norm < 0.5)).toBe(true)
    expect(kept.length / (kept.length + dropped.length)).toBeCloseTo(0.3, 3)
    // The clip adds 10⁻⁶ to a length: next to the threshold values may change places.
    expect(leastKept / mostDropped).toBeGreaterThan(1 - 1e-5)
  })

  it('gives the encoder’s weights their own gradients or none, and everything outside the encoder its own', () => {
    const before = madeSteep(new MethodStep({ prepare: () => ({}) })).gradients()
    const masked = surveyed(0.3).gradients()
    let [kept, all] = [0, 0]
    for (const [name, values] of masked) {
      if (!isInLayers(name)) {
        expect(values, name).toEqual(before.get(name))
        continue
      }
      all += values.length
      values.forEach((value, i) => {
        if (value !== 0) kept++
        if (value !== 0) expect(value).toBe(before.get(name)![i])
      })
    }

    expect(kept / all).toBeGreaterThan(0.25)
    expect(kept / all).toBeLessThanOrEqual(0.31)
  })

  it('is plain fine-tuning bit for bit at p = 1', () => {
    expect(surveyed(1).gradients()).toEqual(madeSteep(new MethodStep({ prepare: () => ({}) })).gradients())
  })

  it('chooses by the quantile of all layers together, linear between two entries', () => {
    const values = new Map([
      ['a', Float32Array.of(4, 1)],
      ['b', Float32Array.of(3, 0, 2)],
    ])

    expect(quantile(values, 0)).toBe(0)
    expectClose([quantile(values, 0.7)], [2.8], { relative: rounding(8, 'float64') })
    expect(quantile(values, 1)).toBe(4)
  })
})
