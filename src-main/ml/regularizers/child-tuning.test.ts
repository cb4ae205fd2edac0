import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { usePlainBackend } from '../testing/plain-backend.ts'
import { childTuningD, childTuningF, quantile } from './child-tuning.ts'
import { MethodStep, trained } from './testing/method-step.ts'

beforeAll(usePlainBackend)

const isInLayers = (name: string): boolean => name.includes('encoder.layer.')

/** A step of Child-Tuning D after its survey of one batch. */
function surveyed(childRatio: number): MethodStep {
  const method = childTuningD({ childRatio })
  const step = new MethodStep(method)
  const sums = method.survey!.accumulate!(step.context())
  const plain = new Map([...sums].map(([name, sum]) => [name, sum.dataSync<'float32'>()]))
  const { state } = method.survey!.conclude({
    state: plain,
    weights: new Map(),
    first: new Map(),
    epoch: 1,
    scores: [],
    seed: 1,
  })
  for (const [name, values] of state) {
    const before = step.state.get(name)!
    ;(step.state as Map<string, tf.Tensor>).set(name, tf.tensor(values, before.shape))
  }
  return step
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
        expect(value / before).toBeCloseTo(1 / 0.3, 4)
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
  it('lets the encoder’s weights of most Fisher information learn, and everything outside the encoder', () => {
    const before = new MethodStep({ prepare: () => ({}) }).gradients()
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
    expect(surveyed(1).gradients()).toEqual(new MethodStep({ prepare: () => ({}) }).gradients())
  })

  it('chooses by the quantile of all layers together, linear between two entries', () => {
    const values = new Map([
      ['a', Float32Array.of(4, 1)],
      ['b', Float32Array.of(3, 0, 2)],
    ])

    expect(quantile(values, 0)).toBe(0)
    expect(quantile(values, 0.7)).toBeCloseTo(2.8, 6)
    expect(quantile(values, 1)).toBe(4)
  })
})
