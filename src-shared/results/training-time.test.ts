import { describe, expect, it } from 'vitest'
import { runConfig, type RunConfigInput } from '../config/run-config.ts'
import type { EpochPhase, EpochSummary } from './run-summary.ts'
import {
  epochTrainingSeconds,
  overheadOf,
  runTrainingSeconds,
  secondsToBest,
  startUpSeconds,
  warmEpochs,
  warmSeconds,
  type TimedRun,
} from './training-time.ts'

const noSteps = { fineTuning: null, regularized: null }

/** An epoch of ten steps: training seconds in two parts, 2 s of evaluation, 1 s of other besides start-up. */
function anEpoch(
  epoch: number,
  phase: EpochPhase,
  training: number,
  startUp: EpochSummary['startUp'] = { seconds: 0, steps: 0 },
): EpochSummary {
  const seconds = {
    total: training + 3 + (startUp?.seconds ?? 0),
    input: training / 4,
    firstPass: 0,
    attribution: 0,
    mask: 0,
    secondPass: (3 * training) / 4,
    backward: 0,
    update: 0,
    evaluation: 2,
    other: 1 + (startUp?.seconds ?? 0),
  }
  const counts = { steps: 10, tokens: 1, paddedTokens: 0 }
  return {
    epoch,
    phase,
    trainLoss: 1,
    validationLoss: 1,
    metrics: {},
    undefined: {},
    seconds,
    startUp,
    ...counts,
  }
}

function aRun(
  epochs: readonly EpochSummary[],
  surveySeconds: number | null = 0,
  method: RunConfigInput['method'] = { kind: 'fine-tuning' },
): TimedRun {
  const names = { checkpoint: 'c', dataset: 'd', task: 'rte' } as const
  return { config: runConfig.parse({ schemaVersion: 1, ...names, method }), epochs, surveySeconds }
}

describe('the warm seconds of an epoch', () => {
  it('leave start-up out and count the steps that came with it like the others', () => {
    const warm = warmSeconds(anEpoch(1, 'fine-tuning', 4, { seconds: 6, steps: 2 }))!

    // Eight of ten steps took 4 s.
    expect(warm).toMatchObject({ input: 1.25, secondPass: 3.75, evaluation: 2, other: 1, total: 8 })
  })

  it('are those recorded where an older lab did not record start-up, and none where no step was warm', () => {
    const old = anEpoch(1, 'fine-tuning', 4, null)

    expect(warmSeconds(old)).toEqual(old.seconds)
    expect(warmSeconds(anEpoch(1, 'fine-tuning', 0, { seconds: 6, steps: 10 }))).toBeNull()
  })

  it('of a phase leave its first epoch out where there is a later one', () => {
    const training = [9, 90, 4, 6, 4]
    const epochs = training.map((seconds, at) =>
      anEpoch(at + 1, at % 2 === 0 ? 'fine-tuning' : 'regularized', seconds),
    )

    expect(epochTrainingSeconds(epochs, 'fine-tuning')).toBe(4)
    expect(epochTrainingSeconds(epochs, 'regularized')).toBe(6)
    expect(epochTrainingSeconds(epochs.slice(0, 1), 'fine-tuning')).toBe(9)
    expect(warmEpochs(epochs.slice(0, 1), 'regularized')).toEqual([])
  })
})

describe('overheads', () => {
  it('divide regularized by plain, steps and epochs, by training time only', () => {
    const epochs = [anEpoch(1, 'fine-tuning', 4), anEpoch(2, 'regularized', 6)]

    expect(overheadOf({ fineTuning: 10, regularized: 20 }, { epochs })).toEqual({ epoch: 1.5, step: 2 })
    expect(overheadOf({ fineTuning: 10, regularized: null }, { epochs: epochs.slice(0, 1) })).toEqual({
      epoch: null,
      step: null,
    })
  })

  it('do not depend on start-up', () => {
    const cold = (epoch: number, phase: EpochPhase, warm: number) =>
      // A step of ten was cold, and took 30 s instead of a tenth of the epoch.
      anEpoch(epoch, phase, 0.9 * warm, { seconds: 30, steps: 1 })
    const epochs = [cold(1, 'fine-tuning', 4), cold(2, 'regularized', 6)]

    expect(overheadOf(noSteps, { epochs }).epoch).toBeCloseTo(1.5, 12)
    expect(runTrainingSeconds(aRun(epochs))).toBeCloseTo(10, 12)
    expect(startUpSeconds(epochs)).toBe(60)
  })
})

describe('the training time of a run', () => {
  const epochs = [1, 2, 3].map((epoch) => anEpoch(epoch, 'regularized', 4))

  it('holds all epochs and the surveys of methods that make them', () => {
    expect(runTrainingSeconds(aRun(epochs))).toBe(12)
    expect(runTrainingSeconds(aRun(epochs, 5, { kind: 'child-tuning-d' }))).toBe(17)
    expect(runTrainingSeconds(aRun(epochs, null, { kind: 'child-tuning-d' }))).toBeNull()
    // Of a method without surveys it is known that none was made.
    expect(runTrainingSeconds(aRun(epochs, null))).toBe(12)
    expect(runTrainingSeconds(aRun([]))).toBeNull()
  })

  it('up to the best score ends with the epoch of that score', () => {
    const best = { metric: 'accuracy', value: 0.7, epoch: 2 } as const

    expect(secondsToBest({ ...aRun(epochs), best })).toBe(8)
    expect(secondsToBest({ ...aRun(epochs), best: null })).toBeNull()
  })

  it('has no start-up that nobody recorded', () => {
    expect(startUpSeconds([...epochs, anEpoch(4, 'regularized', 4, null)])).toBeNull()
    expect(startUpSeconds([])).toBeNull()
  })
})
