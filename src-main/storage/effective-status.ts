/** The state a run is really in, whatever its record last said. */
import type { RunStatus } from '@shared/results/run-status.ts'
import type { LockState } from './run-lock.ts'

/**
 * State of a run: a record that says `running` while nobody has the run in hand means `interrupted`. A holder that cannot be
 * seen from here, on another machine or in another container, counts as one until its lock is taken away.
 *
 * @param status what the record says
 * @param lockState looks at the run's lock
 */
export function effectiveStatus(status: RunStatus, lockState: () => LockState['state']): RunStatus {
  if (status !== 'running') return status
  const state = lockState()
  return state === 'alive' || state === 'unknown' ? 'running' : 'interrupted'
}
