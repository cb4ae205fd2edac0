/** The states of a run, and which of them are over. */

/** Every state; the meanings stand in the table below. */
export const runStatuses = [
  'queued',
  'running',
  'paused',
  'interrupted',
  'stopped',
  'done',
  'failed',
  'cancelled',
] as const

/** State of a run. */
export type RunStatus = (typeof runStatuses)[number]

/** What each state means, in one sentence that views may show. */
export const runStatusMeaning: Readonly<Record<RunStatus, string>> = {
  queued: 'Waits for its turn.',
  running: 'Its engine process is training.',
  paused: 'Checkpointed at a person’s wish; resumable.',
  interrupted: 'Its process is gone; resumable from the last checkpoint.',
  stopped: 'Ended early at a person’s wish; results kept.',
  done: 'Finished.',
  failed: 'Ended by an error; the message says which.',
  cancelled: 'Discarded at a person’s wish.',
}

/**
 * Whether `lab resume` can take the run up again.
 *
 * @param status the run's state
 */
export function isResumable(status: RunStatus): boolean {
  return status === 'queued' || status === 'paused' || status === 'interrupted' || status === 'failed'
}

/**
 * Whether nothing will happen to the run any more unless a person asks for it.
 *
 * @param status the run's state
 */
export function isEnded(status: RunStatus): boolean {
  return status !== 'queued' && status !== 'running'
}
