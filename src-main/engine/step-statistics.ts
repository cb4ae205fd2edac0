/** Cost of a run's steps: medians per phase, and the regularized ones relative to the plain ones. */
import type { EpochPhase, EpochSummary, Overhead, StepMilliseconds } from '@shared/results/run-summary.ts'

/** Steps at the start of an epoch that do not count as warm: buffers grow, caches fill. */
const coldSteps = 2

/** A step as the event log has it. */
export interface TimedStep {
  readonly epoch: number
  readonly phase: EpochPhase
  readonly seconds: number
}

/**
 * Median milliseconds of a warm step by phase.
 *
 * @param steps every step so far, in order
 */
export function medianStepMs(steps: readonly TimedStep[]): StepMilliseconds {
  return { fineTuning: medianOfPhase(steps, 'fine-tuning'), regularized: medianOfPhase(steps, 'regularized') }
}

function medianOfPhase(steps: readonly TimedStep[], phase: EpochPhase): number | null {
  const warm: number[] = []
  let epoch = 0
  let place = 0
  for (const step of steps) {
    place = step.epoch === epoch ? place + 1 : 1
    epoch = step.epoch
    if (step.phase === phase && place > coldSteps) warm.push(step.seconds * 1000)
  }
  return warm.length === 0 ? null : median(warm)
}

/**
 * Overhead of the regularized part of a run.
 *
 * @param stepMs medians by phase
 * @param epochs finished epochs
 */
export function overheadOf(stepMs: StepMilliseconds, epochs: readonly EpochSummary[]): Overhead {
  const { fineTuning, regularized } = stepMs
  const plain = meanTrainingSeconds(epochs, 'fine-tuning')
  const special = meanTrainingSeconds(epochs, 'regularized')
  return {
    epoch: plain === null || special === null ? null : special / plain,
    step: fineTuning === null || regularized === null ? null : regularized / fineTuning,
  }
}

/**
 * Mean seconds of an epoch's training parts: evaluation, checkpoints and logging left out. The first epoch, which carries
 * all of the warm-up, does not count where its phase has a later one.
 */
function meanTrainingSeconds(epochs: readonly EpochSummary[], phase: EpochPhase): number | null {
  const ofPhase = epochs.filter((epoch) => epoch.phase === phase)
  const warm = ofPhase.filter(({ epoch }) => epoch > 1)
  const seconds = (warm.length > 0 ? warm : ofPhase).map(
    ({ seconds }) => seconds.total - seconds.evaluation - seconds.other,
  )
  return seconds.length === 0 ? null : seconds.reduce((sum, value) => sum + value, 0) / seconds.length
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
