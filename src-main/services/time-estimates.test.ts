import { describe, expect, it } from 'vitest'
import { aConfig, anEpoch, aRun } from '@main/comparison/testing-runs.ts'
import { RunProgress } from './run-progress.ts'
import { studySeconds } from './study-duration.ts'
import { aCheckpointSummary, aDatasetSummary } from './testing/summaries.ts'
import { plannedSteps } from './run-fit.ts'
import type { EpochSummary } from '@shared/results/run-summary.ts'

/** An epoch with 2 s of evaluation and these seconds of compilation. */
function compiling(epoch: number, other: number): EpochSummary {
  const usual = anEpoch(epoch, 0.5)
  return { ...usual, seconds: { ...usual.seconds, evaluation: 2, other, total: 10 + other } }
}

describe('compilation in a run’s first epochs', () => {
  it('is expected once in a run that is planned, not in each of its epochs', () => {
    const config = aConfig(1, { training: { maxEpochs: 2 } })
    const earlier = aRun('r1', config, [], { epochs: [compiling(1, 60), compiling(2, 0)] })
    const dataset = aDatasetSummary()
    const planned = { config, dataset, checkpoint: aCheckpointSummary() }
    const steps = (plannedSteps(config, dataset) * 100) / 1000

    const [low, high] = studySeconds([planned], [earlier])!

    expect(low).toBeCloseTo(steps + 2 * 2 + 60, 9)
    expect(high).toBeCloseTo(low, 9)
  })

  it('is not expected again in the epochs that are left', () => {
    const event = { runId: 'r1', time: '' }
    const leftAfter = (summary: EpochSummary): readonly [number, number] | null => {
      const progress = new RunProgress(aConfig(1))
      const engine = aRun('r1', aConfig(1), []).engine!
      progress.apply({
        ...event,
        type: 'run-started',
        engine,
        totalSteps: 60,
        stepsPerEpoch: 30,
        resumedAtStep: null,
      })
      for (let step = 1; step <= 30; step += 1)
        progress.apply({
          ...event,
          type: 'step',
          step,
          epoch: 1,
          phase: 'fine-tuning',
          loss: 1,
          learningRate: 1,
          examples: 1,
          tokens: 1,
          paddedTokens: 0,
          seconds: 1,
        })
      progress.apply({ ...event, type: 'evaluation', summary, isBest: true })
      return progress.position.etaSeconds
    }

    expect(leftAfter(compiling(1, 60))).toEqual(leftAfter(compiling(1, 0)))
  })
})
