/** What `run.json` says of a run's results, computed from the checkpoint's progress and the logged steps, and from nothing else. */
import type { RunRecord } from '@main/storage/run-record.ts'
import { overheadOf } from '@shared/results/training-time.ts'
import { medianStepMs, type TimedStep } from './step-statistics.ts'
import type { TrainingProgress } from './training-progress.ts'

/** The fields of a record that follow from log and checkpoint. */
export type DerivedFields = Pick<
  RunRecord,
  'epochs' | 'best' | 'surveySeconds' | 'stepMs' | 'overhead' | 'peakMemoryBytes'
>

/**
 * The record's results. They are written after every checkpoint, when a run is restored and when it ends, so that a process
 * that died between two writes leaves nothing wrong behind.
 *
 * @param record as it is: the most memory that the run has used so far
 * @param progress of the newest checkpoint
 * @param steps every logged step, in order
 */
export function derivedFields(
  record: Pick<RunRecord, 'peakMemoryBytes'>,
  progress: Pick<TrainingProgress, 'epochs' | 'best' | 'surveySeconds'>,
  steps: readonly TimedStep[],
): DerivedFields {
  const { epochs, best, surveySeconds } = progress
  const stepMs = medianStepMs(steps)
  return {
    epochs,
    best,
    surveySeconds,
    stepMs,
    overhead: overheadOf(stepMs, { epochs }),
    peakMemoryBytes: Math.max(record.peakMemoryBytes ?? 0, process.resourceUsage().maxRSS * 1024),
  }
}
