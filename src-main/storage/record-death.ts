/** The end of a run whose engine is gone, written by whoever finds out. */
import type { Failure } from '@shared/failures/failure.ts'
import type { RunEvent } from '@shared/results/run-event.ts'
import type { RunStatus } from '@shared/results/run-status.ts'
import { finalStatusOf } from './event-log.ts'
import type { RunFolder } from './run-folder.ts'

/** State of a run, and why it failed. */
export interface RunEnding {
  readonly status: RunStatus
  readonly failure: Failure | null
}

/**
 * Writes how a run ended whose engine is gone: as its log says, if the engine came that far, else as given, in log and
 * record.
 *
 * @param folder held by this process
 * @param ending what its death made of the run
 * @returns the event that was added to the log, or what it said already
 * @failure disk-full
 */
export function recordDeath(folder: RunFolder, ending: RunEnding): Extract<RunEvent, { type: 'run-ended' }> {
  const endedAt = new Date().toISOString()
  const final = finalStatusOf(folder.readEvents())
  const { status, failure } = final === null ? ending : { status: final, failure: null }
  const event = { type: 'run-ended', runId: folder.runId, time: endedAt, status, failure } as const
  if (final === null) folder.appendEvents([event])
  folder.update({ status, failure, queuePosition: null, endedAt })
  return event
}
