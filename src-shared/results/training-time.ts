/** Training time of runs: what counts as training, and which epochs it is charged to. */
import { isSurveyed, preparatoryEpochs } from '../config/training-stages.ts'
import type { EpochSeconds, RunSummary } from './run-summary.ts'

/** What a run's training time is read from. */
export type TimedRun = Pick<RunSummary, 'config' | 'epochs' | 'surveySeconds'>

/**
 * Seconds spent on training: everything but the validation split (`evaluation`) and what stands around the steps (`other`:
 * compilation, checks, checkpoints, logging).
 *
 * @param seconds an epoch's times
 */
export function trainingSeconds(seconds: EpochSeconds): number {
  return seconds.total - seconds.evaluation - seconds.other
}

/**
 * Seconds of a run's surveys; 0 for methods that make none.
 *
 * @param run a run
 * @returns null where the method makes surveys and they were not timed
 */
export function surveySecondsOf(run: TimedRun): number | null {
  return isSurveyed(run.config.method) ? run.surveySeconds : 0
}

/**
 * Training seconds of an epoch, plain or regularized, over several runs; each epoch weighs the same. Surveys, and epochs
 * that only prepare a run's last training (a search, a first stage), are part of what the last training costs.
 *
 * @param runs runs of one setting
 * @returns all training and survey seconds ÷ epochs of the last trainings; null when no such epoch is finished, or when a
 *   survey was not timed
 */
export function meanTrainingSeconds(runs: readonly TimedRun[]): number | null {
  const counted = runs.flatMap(({ config, epochs }) =>
    epochs.filter(({ epoch }) => epoch > preparatoryEpochs(config.method)),
  )
  const surveys = runs.map(surveySecondsOf).filter((seconds) => seconds !== null)
  if (counted.length === 0 || surveys.length < runs.length) return null
  const training = runs.flatMap((run) => run.epochs).map(({ seconds }) => trainingSeconds(seconds))
  return [...training, ...surveys].reduce((sum, seconds) => sum + seconds, 0) / counted.length
}
