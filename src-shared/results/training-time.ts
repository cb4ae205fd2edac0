/**
 * Times of runs and what a method costs: the one place that says which seconds are training, which epochs are warm, and
 * what the overheads of a step, an epoch and a run are. Records, comparisons, exports and views take their numbers from here.
 */
import { isSurveyed } from '../config/training-stages.ts'
import {
  epochSecondsParts,
  type EpochPhase,
  type EpochSeconds,
  type EpochSummary,
  type Overhead,
  type RunSummary,
  type StepMilliseconds,
} from './run-summary.ts'

/** What a run's training time is read from. */
export type TimedRun = Pick<RunSummary, 'config' | 'epochs' | 'surveySeconds'>

/**
 * Seconds spent on training: everything but the validation split (`evaluation`) and what stands around the steps (`other`:
 * start-up, checks, checkpoints, logging).
 *
 * @param seconds an epoch's times
 */
export function trainingSeconds(seconds: EpochSeconds): number {
  return seconds.total - seconds.evaluation - seconds.other
}

/**
 * An epoch's seconds without start-up: graph building and the first use of a batch length are taken out of `other`, and the
 * steps that came with them count as long as the epoch's warm steps. What an older lab did not record cannot be taken out.
 *
 * @param epoch a finished epoch
 * @returns its seconds by part, adding up to `total`; null where every step came with start-up
 */
export function warmSeconds(epoch: EpochSummary): EpochSeconds | null {
  const { seconds, steps, startUp } = epoch
  if (startUp === null) return seconds
  const warmSteps = steps - startUp.steps
  if (warmSteps <= 0) return null
  const scaled = (part: keyof EpochSeconds): number => {
    if (part === 'evaluation') return seconds.evaluation
    if (part === 'other') return Math.max(0, seconds.other - startUp.seconds)
    return (seconds[part] * steps) / warmSteps
  }
  const parts = epochSecondsParts.map((part) => [part, scaled(part)] as const)
  // reason: the entries are exactly the parts.
  const byPart = Object.fromEntries(parts) as Record<(typeof epochSecondsParts)[number], number>
  return { total: parts.reduce((sum, [, value]) => sum + value, 0), ...byPart }
}

/**
 * Warm seconds of a run's epochs of one phase. The first does not count where there is a later one: caches fill there.
 *
 * @param epochs the run's finished epochs
 * @param phase which of them
 */
export function warmEpochs(epochs: readonly EpochSummary[], phase: EpochPhase): EpochSeconds[] {
  const warm = epochs.filter((epoch) => epoch.phase === phase).flatMap((epoch) => warmSeconds(epoch) ?? [])
  return warm.length > 1 ? warm.slice(1) : warm
}

/**
 * Mean training seconds of a warm epoch of one phase.
 *
 * @param epochs the run's finished epochs
 * @param phase which of them
 * @returns null where there is no such epoch
 */
export function epochTrainingSeconds(epochs: readonly EpochSummary[], phase: EpochPhase): number | null {
  const seconds = warmEpochs(epochs, phase).map(trainingSeconds)
  return seconds.length === 0 ? null : seconds.reduce((sum, value) => sum + value, 0) / seconds.length
}

/**
 * What a run's method costs in plain steps and epochs of the same run. Surveys and preparatory epochs are no part of it, but
 * of the whole run's training time.
 *
 * @param stepMs medians of warm steps by phase
 * @param run finished epochs
 * @returns null where the run has only one kind of step or epoch
 */
export function overheadOf(stepMs: StepMilliseconds, run: Pick<TimedRun, 'epochs'>): Overhead {
  const seconds = (phase: EpochPhase): number | null => epochTrainingSeconds(run.epochs, phase)
  return {
    epoch: ratio(seconds('regularized'), seconds('fine-tuning')),
    step: ratio(stepMs.regularized, stepMs.fineTuning),
  }
}

/**
 * Seconds that a run trained: all its epochs, those that only prepare its last training included, and its surveys; without
 * evaluation, start-up, checkpoints.
 *
 * @param run finished epochs and surveys
 * @param lastEpoch the last epoch to count; all when left out
 * @returns null before the first epoch, where a survey was not timed, or where an epoch has no warm step
 */
export function runTrainingSeconds(run: TimedRun, lastEpoch = Infinity): number | null {
  const counted = run.epochs.filter(({ epoch }) => epoch <= lastEpoch)
  const seconds = counted.flatMap((epoch) => warmSeconds(epoch) ?? []).map(trainingSeconds)
  const surveys = isSurveyed(run.config.method) ? run.surveySeconds : 0
  if (seconds.length === 0 || seconds.length < counted.length || surveys === null) return null
  return seconds.reduce((sum, value) => sum + value, surveys)
}

/**
 * Seconds of training up to the end of the epoch with the best score. Surveys count in full: nearly all are made before.
 *
 * @param run finished epochs, surveys, best score
 * @returns null where there is no best score, or as for the whole run
 */
export function secondsToBest(run: TimedRun & Pick<RunSummary, 'best'>): number | null {
  return run.best === null ? null : runTrainingSeconds(run, run.best.epoch)
}

/**
 * Seconds of start-up in a run's epochs, for every time that its engine was started.
 *
 * @param epochs finished epochs
 * @returns null where an older lab did not record them, or before the first epoch
 */
export function startUpSeconds(epochs: readonly EpochSummary[]): number | null {
  const known = epochs.flatMap(({ startUp }) => startUp ?? [])
  if (known.length === 0 || known.length < epochs.length) return null
  return known.reduce((sum, { seconds }) => sum + seconds, 0)
}

/**
 * One time in units of another.
 *
 * @param numerator a time; null = unknown
 * @param denominator the unit; null = unknown
 * @returns null where one is unknown, or the unit is 0
 */
export function ratio(numerator: number | null, denominator: number | null): number | null {
  return numerator === null || denominator === null || denominator <= 0 ? null : numerator / denominator
}

/** What each overhead means, in one sentence that tables, reports and tooltips show. */
export const overheadMeanings = {
  step: 'Median regularized step ÷ median plain step, start-up left out.',
  epoch:
    'Training time of a regularized epoch ÷ that of a plain one, start-up and evaluation left out. Within the same run; against the baseline’s plain epochs where a method has none.',
  run: 'Training time of a run ÷ the baseline’s; surveys and preparatory epochs included, start-up and evaluation left out.',
} as const
