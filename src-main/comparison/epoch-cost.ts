/** What epochs cost: training time, its parts, and ratios to other groups. */
import { preparatoryEpochs } from '@shared/config/training-stages.ts'
import {
  epochSecondsParts,
  type EpochPhase,
  type EpochSeconds,
  type EpochSummary,
  type RunSummary,
} from '@shared/results/run-summary.ts'
import { meanOf } from './spread.ts'

/**
 * Seconds of an epoch spent on training: everything but the validation split (`evaluation`) and what stands around the
 * steps (`other`: checkpoints, logging).
 *
 * @param seconds the epoch's times
 */
export function trainingSeconds(seconds: EpochSeconds): number {
  return seconds.total - seconds.evaluation - seconds.other
}

/**
 * Training seconds of an epoch, plain or regularized, over every run of a group; each epoch weighs the same. Epochs that
 * only prepare a run's last training (a search, a first stage) are part of what the last training costs.
 *
 * @param runs the runs of a group
 * @returns all training seconds ÷ epochs of the last trainings; null when no such epoch is finished
 */
export function meanTrainingSeconds(runs: readonly RunSummary[]): number | null {
  const counted = runs.flatMap(({ config, epochs }) =>
    epochs.filter(({ epoch }) => epoch > preparatoryEpochs(config.method)),
  )
  if (counted.length === 0) return null
  const all = runs.flatMap((run) => run.epochs).map(({ seconds }) => trainingSeconds(seconds))
  return all.reduce((sum, seconds) => sum + seconds, 0) / counted.length
}

/**
 * Mean seconds of an epoch by part, for each phase; null where there is no epoch of the phase.
 *
 * @param runs the runs of a group
 */
export function meanEpochSeconds(runs: readonly RunSummary[]): Record<EpochPhase, EpochSeconds | null> {
  const epochs = runs.flatMap((run) => run.epochs)
  return {
    'fine-tuning': meanOfPhase(epochs, 'fine-tuning'),
    regularized: meanOfPhase(epochs, 'regularized'),
  }
}

function meanOfPhase(epochs: readonly EpochSummary[], phase: EpochPhase): EpochSeconds | null {
  const times = epochs.filter((epoch) => epoch.phase === phase).map(({ seconds }) => seconds)
  if (times.length === 0) return null
  const part = (key: keyof EpochSeconds): number => meanOf(times.map((seconds) => seconds[key]))
  return Object.fromEntries(
    (['total', ...epochSecondsParts] as const).map((key) => [key, part(key)]),
  ) as Record<keyof EpochSeconds, number>
}

/**
 * Regularized ÷ plain step within one run: as the run states it, else the quotient of its median steps; null where the
 * run has only one kind.
 *
 * @param run a run
 */
export function stepOverhead(run: RunSummary): number | null {
  if (run.overhead.step !== null) return run.overhead.step
  const { fineTuning, regularized } = run.stepMs
  return fineTuning === null || regularized === null || fineTuning <= 0 ? null : regularized / fineTuning
}

/**
 * What carried out a run, as far as times depend on it; null before it started.
 *
 * @param run a run
 */
export function machineOf(run: RunSummary): string | null {
  if (run.engine === null) return null
  const { backend, mode, device, threads } = run.engine
  return `${device}, ${threads} ${threads === 1 ? 'thread' : 'threads'}, ${backend}, ${mode}`
}
