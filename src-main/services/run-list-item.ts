/** A run as a list shows it: its record, and where it stands between two evaluations. */
import { methodLabel } from '@shared/config/method-label.ts'
import type { RunListItem } from '@shared/contracts/lab-contract.ts'
import type { RunSummary } from '@shared/results/run-summary.ts'
import { whyNoBest } from '@shared/results/undefined-score.ts'
import type { RunPosition } from './run-progress.ts'

/** Every epoch has as many steps as the first; before its end only the running engine knows. */
function plannedSteps({ epochs, config }: RunSummary): number | null {
  const [first] = epochs
  return first === undefined ? null : first.steps * config.training.maxEpochs
}

/**
 * One line of the list of runs.
 *
 * @param record the run's record (state already corrected for a process that is gone)
 * @param studyName name of its study; null when it has none
 * @param position where it stands, from its events; null when nothing was logged
 */
export function toRunListItem(
  record: RunSummary,
  studyName: string | null,
  position: RunPosition | null,
): RunListItem {
  const lastEpoch = record.epochs.at(-1)
  const finishedSteps = record.epochs.reduce((sum, epoch) => sum + epoch.steps, 0)
  return {
    runId: record.runId,
    studyId: record.studyId,
    studyName,
    name: record.name,
    status: record.status,
    task: record.config.task,
    method: methodLabel(record.config.method),
    seed: record.config.training.seed,
    best: record.best,
    undefinedScore: whyNoBest(record),
    epoch: Math.max(position?.epoch ?? 0, lastEpoch?.epoch ?? 0),
    maxEpochs: record.config.training.maxEpochs,
    step: Math.max(position?.step ?? 0, finishedSteps),
    totalSteps: position?.totalSteps ?? plannedSteps(record),
    phase: position?.phase ?? lastEpoch?.phase ?? null,
    lastLoss: position?.lastLoss ?? null,
    etaSeconds: record.status === 'running' ? (position?.etaSeconds ?? null) : null,
    failureMessage: record.failure?.message ?? null,
    createdAt: record.createdAt,
    startedAt: record.startedAt,
    endedAt: record.endedAt,
  }
}
