import { describe, expect, it } from 'vitest'
import { EpochStopwatch } from './epoch-stopwatch.ts'
import { medianStepMs } from './step-statistics.ts'
import {
  afterEpoch,
  afterSurvey,
  freshProgress,
  isFinished,
  type TrainingProgress,
} from './training-progress.ts'
import type { EpochSummary } from '@shared/results/run-summary.ts'

const limits = { maxEpochs: 20, patience: 3 }

function epochSummary(
  epoch: number,
  phase: EpochSummary['phase'] = 'fine-tuning',
  training = 1,
): EpochSummary {
  const seconds = {
    total: training + 3,
    input: 0,
    firstPass: 0,
    attribution: 0,
    mask: 0,
    secondPass: training,
    backward: 0,
    update: 0,
    evaluation: 2,
    other: 1,
  }
  return {
    epoch,
    phase,
    trainLoss: 1,
    validationLoss: 1,
    metrics: {},
    undefined: {},
    seconds,
    startUp: null,
    steps: 1,
    tokens: 1,
    paddedTokens: 0,
  }
}

/** Progress after epochs with these scores. */
function after(scores: readonly number[], counts = true, start = freshProgress): TrainingProgress {
  return scores.reduce<TrainingProgress>(
    (progress, value) =>
      afterEpoch(
        { ...progress, step: progress.step + 10 },
        epochSummary(progress.epoch),
        { metric: 'accuracy', value },
        counts,
      ),
    start,
  )
}

describe('early stopping', () => {
  it('stops after as many evaluations in a row without a new best score as patience says', () => {
    expect(isFinished(after([0.5, 0.6, 0.6, 0.5]), limits)).toBe(false)
    expect(isFinished(after([0.5, 0.6, 0.6, 0.5, 0.55]), limits)).toBe(true)
  })

  it('starts counting anew at a new best score', () => {
    const progress = after([0.5, 0.4, 0.4, 0.7])

    expect(progress.evaluationsWithoutBest).toBe(0)
    expect(progress.best).toEqual({ metric: 'accuracy', value: 0.7, epoch: 4 })
    expect(progress.bestStep).toBe(40)
  })

  it('keeps the first of equal scores, and a first score of 0', () => {
    expect(after([0.5, 0.5]).best?.epoch).toBe(1)
    expect(after([0]).best?.epoch).toBe(1)
  })

  it('does not count epochs that only prepare the last training, and begins anew after them', () => {
    const before = after([0.5, 0.4, 0.4, 0.4], false)
    const rewound = afterSurvey(before, true, 3)

    expect(before).toMatchObject({ epoch: 5, best: null, bestStep: null, evaluationsWithoutBest: 0 })
    expect(before.epochs).toHaveLength(4)
    expect(isFinished(before, limits)).toBe(false)
    expect(isFinished(before, { maxEpochs: 4, patience: 3 })).toBe(true)
    expect(rewound).toMatchObject({ surveyedEpoch: 5, stepsBeforeRewind: 40, surveySeconds: 3 })
    expect(afterSurvey(rewound, false, 2)).toMatchObject({ stepsBeforeRewind: 40, surveySeconds: 5 })
    expect(afterSurvey({ ...rewound, surveySeconds: null }, false, 2).surveySeconds).toBeNull()
    expect(after([0.3], true, rewound).best).toEqual({ metric: 'accuracy', value: 0.3, epoch: 5 })
  })

  it('ends after the last epoch', () => {
    expect(isFinished(after([0.1, 0.2]), { maxEpochs: 2, patience: 5 })).toBe(true)
  })
})

describe('the accounting of an epoch', () => {
  it('gives every moment to exactly one part, so that the parts add up to the wall time', () => {
    let clock = 100
    const stopwatch = new EpochStopwatch(() => clock)
    clock += 1
    stopwatch.begin('input')
    clock += 2
    stopwatch.begin('backward')
    clock += 4

    const { total, ...parts } = stopwatch.read()

    expect(parts).toMatchObject({ other: 1, input: 2, backward: 4 })
    expect(total).toBe(7)
    expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(total)
  })

  it('goes on from the seconds before an interruption', () => {
    let clock = 5
    const before = new EpochStopwatch(() => clock)
    before.begin('update')
    clock += 3
    const resumed = new EpochStopwatch(() => clock, before.read())
    clock += 1

    expect(resumed.read()).toMatchObject({ total: 4, update: 3, other: 1 })
  })
})

describe('the cost of steps', () => {
  it('is the median of warm steps of each phase', () => {
    const size = { examples: 2, tokens: 9, paddedTokens: 1 }
    const step = (epoch: number, phase: EpochSummary['phase'], seconds: number) => ({
      epoch,
      phase,
      seconds,
      ...size,
    })
    const steps = [
      ...[9, 9, 1, 2, 3].map((seconds) => step(1, 'fine-tuning', seconds)),
      ...[9, 9, 4, 6].map((seconds) => step(2, 'regularized', seconds)),
    ]

    expect(medianStepMs(steps)).toEqual({ fineTuning: 2000, regularized: 5000 })
    expect(medianStepMs(steps.slice(0, 2))).toEqual({ fineTuning: null, regularized: null })
  })

  it('leaves out the first step of each batch length of a phase, wherever it comes', () => {
    const step = (epoch: number, phase: EpochSummary['phase'], length: number, seconds: number) => ({
      epoch,
      phase,
      seconds,
      examples: 2,
      tokens: 2 * length - 3,
      paddedTokens: 3,
    })
    const steps = [
      ...[9, 9, 1].map((seconds) => step(1, 'fine-tuning', 16, seconds)),
      ...[70, 2].map((seconds) => step(1, 'fine-tuning', 32, seconds)),
      ...[9, 9, 4].map((seconds) => step(2, 'regularized', 16, seconds)),
      ...[90, 6].map((seconds) => step(2, 'regularized', 32, seconds)),
    ]

    expect(medianStepMs(steps)).toEqual({ fineTuning: 1500, regularized: 5000 })
  })
})
