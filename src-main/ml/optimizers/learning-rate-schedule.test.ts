import { describe, expect, it } from 'vitest'
import { learningRateAt } from './learning-rate-schedule.ts'

/** Rates of every step of a run of ten. */
function ratesOf(learningRateSchedule: 'constant' | 'linear', warmupRatio: number): number[] {
  const training = { learningRate: 10, learningRateSchedule, warmupRatio }
  return Array.from({ length: 10 }, (_, i) => learningRateAt(training, i + 1, 10))
}

describe('the learning rate', () => {
  // The tables of transformers' own tests (tests/optimization/test_optimization.py): rate 10, ten steps.
  it.each([
    ['constant', 0, [10, 10, 10, 10, 10, 10, 10, 10, 10, 10]],
    ['constant', 0.4, [0, 2.5, 5, 7.5, 10, 10, 10, 10, 10, 10]],
    ['linear', 0.2, [0, 5, 10, 8.75, 7.5, 6.25, 5, 3.75, 2.5, 1.25]],
    ['linear', 0, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]],
  ] as const)('%s with warm-up %d is that of Hugging Face’s schedule', (schedule, warmupRatio, expected) => {
    // A rounding of float64 in 10 · (quotient).
    ratesOf(schedule, warmupRatio).forEach((rate, i) => expect(rate).toBeCloseTo(expected[i]!, 12))
  })

  it('rounds the steps of the warm-up up', () => {
    // 0.11 · 10 = 1.1: two steps.
    expect(ratesOf('constant', 0.11).slice(0, 3)).toEqual([0, 5, 10])
  })

  it('is the given number itself when constant', () => {
    const training = { learningRate: 1e-5, learningRateSchedule: 'constant', warmupRatio: 0 } as const

    expect(learningRateAt(training, 7, 10)).toBe(1e-5)
  })

  it('is never negative, and 0 after the last planned step', () => {
    const training = { learningRate: 1, learningRateSchedule: 'linear', warmupRatio: 0 } as const

    expect([11, 12, 100].map((step) => learningRateAt(training, step, 10))).toEqual([0, 0, 0])
  })

  it('stays a number when all of a short run is warm-up', () => {
    const training = { learningRate: 1, learningRateSchedule: 'linear', warmupRatio: 0.9 } as const

    expect([1, 2].map((step) => learningRateAt(training, step, 1))).toEqual([0, 0])
  })
})
