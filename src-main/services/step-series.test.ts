import { describe, expect, it } from 'vitest'
import type { StepEvent } from '@shared/results/run-event.ts'
import { bucketSteps, stepsOf } from './step-series.ts'

const aStep = (step: number, loss: number, epoch = 1): StepEvent => ({
  type: 'step',
  runId: 'r',
  time: '2026-01-01T00:00:00.000Z',
  step,
  epoch,
  phase: epoch % 2 === 0 ? 'regularized' : 'fine-tuning',
  loss,
  learningRate: 1e-5,
  examples: 16,
  tokens: 100,
  paddedTokens: 0,
  seconds: 1,
})

describe('stepsOf', () => {
  it('keeps the last record of a step that a resume repeated', () => {
    const steps = stepsOf([aStep(1, 0.9), aStep(2, 0.8), aStep(2, 0.7), aStep(3, 0.6)])

    expect(steps.map((step) => [step.step, step.loss])).toEqual([
      [1, 0.9],
      [2, 0.7],
      [3, 0.6],
    ])
  })
})

describe('bucketSteps', () => {
  it('gives every step its own point when there is room', () => {
    expect(bucketSteps([aStep(1, 0.5), aStep(2, 0.4)], 10)).toMatchObject([
      { step: 1, loss: 0.5, min: 0.5, max: 0.5 },
      { step: 2, loss: 0.4, min: 0.4, max: 0.4 },
    ])
  })

  it('keeps a spike as the bucket’s maximum', () => {
    const steps = Array.from({ length: 1000 }, (_, index) => aStep(index + 1, index === 500 ? 99 : 1))

    const points = bucketSteps(steps, 10)

    expect(points).toHaveLength(10)
    expect(Math.max(...points.map((point) => point.max))).toBe(99)
  })

  it('never mixes two epochs in one bucket', () => {
    const steps = Array.from({ length: 30 }, (_, index) => aStep(index + 1, 1, index < 15 ? 1 : 2))

    const points = bucketSteps(steps, 3)

    expect(points.filter((point) => point.epoch === 1).at(-1)?.step).toBe(15)
    expect(points.every((point) => point.phase === (point.epoch === 2 ? 'regularized' : 'fine-tuning'))).toBe(true)
  })

  it('answers nothing for a run without steps', () => {
    expect(bucketSteps([], 10)).toEqual([])
  })
})
