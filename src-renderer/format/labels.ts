/** Names that people read for the identifiers of the contract, from the registries wherever they have one. */
import type { EngineInfo, EpochPhase, EpochSeconds } from '@shared/results/run-summary.ts'
import type { RunStatus } from '@shared/results/run-status.ts'
import { tasks, type TaskId } from '@shared/tasks/task.ts'

const statusWords: Readonly<Record<RunStatus, string>> = {
  queued: 'Queued',
  running: 'Running',
  paused: 'Paused',
  interrupted: 'Interrupted',
  stopped: 'Stopped',
  done: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
}

const partLabels: Readonly<Record<keyof EpochSeconds, string>> = {
  total: 'Total',
  input: 'Input',
  firstPass: 'First forward pass',
  attribution: 'Attribution',
  mask: 'Mask',
  secondPass: 'Forward pass',
  backward: 'Backward pass',
  update: 'Update',
  evaluation: 'Evaluation',
  other: 'Other',
}

const backendLabels: Readonly<Record<EngineInfo['backend'], string>> = {
  'tensorflow-gpu': 'TensorFlow on GPU',
  'tensorflow-cpu': 'TensorFlow on CPU',
  wasm: 'WebAssembly',
  cpu: 'Plain JavaScript',
}

/**
 * Word for a run's state.
 *
 * @param status the state
 */
export function statusWord(status: RunStatus): string {
  return statusWords[status]
}

/**
 * A task's name; what the registry does not know is shown as it is.
 *
 * @param task identifier
 */
export function taskLabel(task: string): string {
  return task in tasks ? tasks[task as TaskId].label : task
}

/**
 * A phase's name.
 *
 * @param phase the phase; null before the first epoch
 */
export function phaseLabel(phase: EpochPhase | null): string {
  if (phase === null) return '—'
  return phase === 'regularized' ? 'Regularized' : 'Fine-tuning'
}

/**
 * A name for a part of an epoch's wall time.
 *
 * @param part key of the parts
 */
export function secondsPartLabel(part: keyof EpochSeconds): string {
  return partLabels[part]
}

/**
 * An engine's name.
 *
 * @param backend identifier
 */
export function backendLabel(backend: EngineInfo['backend']): string {
  return backendLabels[backend]
}

/**
 * The last part of a path, for places where the whole would not fit.
 *
 * @param path absolute or relative, of any platform
 */
export function baseName(path: string): string {
  const parts = path.split(/[\\/]/).filter((part) => part !== '')
  return parts.at(-1) ?? path
}
