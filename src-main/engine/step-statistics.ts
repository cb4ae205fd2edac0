/** Cost of a run's steps: medians per phase, and the regularized ones relative to the plain ones. */
import { preparatoryEpochs } from '@shared/config/training-stages.ts'
import {
  meanTrainingSeconds,
  surveySecondsOf,
  trainingSeconds,
  type TimedRun,
} from '@shared/results/training-time.ts'
import type { StepEvent } from '@shared/results/run-event.ts'
import type { EpochPhase, EpochSummary, Overhead, StepMilliseconds } from '@shared/results/run-summary.ts'

/** Steps at the start of an epoch that do not count as warm: buffers grow, caches fill. */
const coldSteps = 2

/** A step as the event log has it. */
export type TimedStep = Pick<
  StepEvent,
  'epoch' | 'phase' | 'examples' | 'tokens' | 'paddedTokens' | 'seconds'
>

/**
 * Median milliseconds of a warm step by phase. Neither an epoch's first steps are warm, nor the first of a batch length in
 * its phase, which compiles.
 *
 * @param steps every step so far, in order
 */
export function medianStepMs(steps: readonly TimedStep[]): StepMilliseconds {
  return { fineTuning: medianOfPhase(steps, 'fine-tuning'), regularized: medianOfPhase(steps, 'regularized') }
}

function medianOfPhase(steps: readonly TimedStep[], phase: EpochPhase): number | null {
  const warm: number[] = []
  const seenLengths = new Set<number>()
  let epoch = 0
  let place = 0
  for (const step of steps) {
    place = step.epoch === epoch ? place + 1 : 1
    epoch = step.epoch
    if (step.phase !== phase) continue
    const length = (step.tokens + step.paddedTokens) / step.examples
    if (place > coldSteps && seenLengths.has(length)) warm.push(step.seconds * 1000)
    seenLengths.add(length)
  }
  return warm.length === 0 ? null : median(warm)
}

/**
 * What a run's regularized part costs, in plain steps and epochs of the same run. A survey is spread over the epochs it was
 * made for; stages that prepare the last training are part of what its epochs cost.
 *
 * @param stepMs medians by phase
 * @param run finished epochs and surveys
 */
export function overheadOf(stepMs: StepMilliseconds, run: TimedRun): Overhead {
  const { fineTuning, regularized } = stepMs
  const plain = meanSecondsOfPhase(run.epochs, 'fine-tuning')
  const special =
    preparatoryEpochs(run.config.method) > 0 ? meanTrainingSeconds([run]) : regularizedEpochSeconds(run)
  return {
    epoch: plain === null || special === null ? null : special / plain,
    step: fineTuning === null || regularized === null ? null : regularized / fineTuning,
  }
}

/** Mean training seconds of a regularized epoch, with its share of the surveys. */
function regularizedEpochSeconds(run: TimedRun): number | null {
  const mean = meanSecondsOfPhase(run.epochs, 'regularized')
  const survey = surveySecondsOf(run)
  if (mean === null || survey === null) return null
  return mean + survey / run.epochs.filter(({ phase }) => phase === 'regularized').length
}

/**
 * Mean training seconds of a phase's epochs. Its first does not count where there is a later one: caches fill there, and the
 * steps that compile, one of each batch length, are missing from it (see `other`).
 */
function meanSecondsOfPhase(epochs: readonly EpochSummary[], phase: EpochPhase): number | null {
  const ofPhase = epochs
    .filter((epoch) => epoch.phase === phase)
    .map(({ seconds }) => trainingSeconds(seconds))
  const warm = ofPhase.length > 1 ? ofPhase.slice(1) : ofPhase
  return warm.length === 0 ? null : warm.reduce((sum, value) => sum + value, 0) / warm.length
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
