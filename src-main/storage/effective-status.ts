/** The state a run is really in, whatever its record last said. */
import { isAlive, type ProcessIdentity } from '@main/platform/process-liveness.ts'
import type { RunStatus } from '@shared/results/run-status.ts'

/**
 * State of a run: a record that says `running` while its process is gone means `interrupted`.
 *
 * @param status what the record says
 * @param process who had the run in hand, as recorded
 * @param alive whether a process still runs; tests replace it
 */
export function effectiveStatus(
  status: RunStatus,
  process: ProcessIdentity | null,
  alive: (identity: ProcessIdentity) => boolean = isAlive,
): RunStatus {
  if (status !== 'running') return status
  return process !== null && alive(process) ? 'running' : 'interrupted'
}
