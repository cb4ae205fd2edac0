/** What epochs and steps cost: parts of the time, ratios within a run, and what times depend on. */
import {
  epochSecondsParts,
  type EpochPhase,
  type EpochSeconds,
  type EpochSummary,
  type RunSummary,
} from '@shared/results/run-summary.ts'
import { countedRuns, type RunGroup } from './group-runs.ts'
import { meanOf } from './spread.ts'

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

/**
 * Whether two groups' steps do the same work but for the method, in the same shapes and kernels, so that their times may be
 * divided by one another. What an older lab did not record counts as alike.
 *
 * @param left one group
 * @param right the other
 */
export function isTimedAlike(left: RunGroup, right: RunGroup): boolean {
  const [a, b] = [left.config, right.config]
  const known = [...countedRuns(left), ...countedRuns(right)].flatMap(({ execution }) => execution ?? [])
  const distinct = new Set(known.map(({ fusion, paddedLengths }) => [fusion, ...paddedLengths].join(' ')))
  return (
    a.dataset === b.dataset &&
    a.checkpoint === b.checkpoint &&
    a.limits.trainExamples === b.limits.trainExamples &&
    a.training.batchSize === b.training.batchSize &&
    a.training.maxLength === b.training.maxLength &&
    a.training.precision === b.training.precision &&
    distinct.size <= 1
  )
}
