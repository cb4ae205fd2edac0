/** Which action is possible in which state of a run, and what it makes of a run that no engine has in hand. */
import type { ControlAction } from '@main/engine-client/engine-messages.ts'
import { LabError } from '@shared/failures/failure.ts'
import { assertNever } from '@shared/failures/assert-never.ts'
import { isResumable, type RunStatus } from '@shared/results/run-status.ts'

/** What a person may ask of a run. */
export type RunAction = ControlAction | 'resume'

/** What to do about a request. */
export type RunDecision =
  | { readonly kind: 'ask-engine'; readonly action: ControlAction }
  | { readonly kind: 'set-status'; readonly status: RunStatus }
  | { readonly kind: 'queue' }
  | { readonly kind: 'nothing' }

/**
 * What a request means in the state a run is in.
 *
 * @param runId for the message
 * @param status state of the run
 * @param action what is asked
 * @param isOurs whether the engine process of a running run is ours to speak to
 * @throws LabError `run-already-active` when another program trains the run, `run-not-resumable` or `invalid-argument`
 *   when the state does not allow the action
 */
export function decideControl(
  runId: string,
  status: RunStatus,
  action: RunAction,
  isOurs: boolean,
): RunDecision {
  if (status === 'running') {
    if (!isOurs)
      throw new LabError(
        'run-already-active',
        `Run ${runId} is being trained by another program (the app or a terminal), so it cannot be asked to ${action} from here.`,
        'Ask for it in the program that trains it, or wait until that has ended.',
      )
    return action === 'resume' ? { kind: 'nothing' } : { kind: 'ask-engine', action }
  }
  const refuse = (needed: string): LabError =>
    new LabError(
      'invalid-argument',
      `Run ${runId} is ${status}; only a ${needed} run can be asked to ${action}.`,
      'Look at its state with "lab show".',
    )
  switch (action) {
    case 'resume':
      if (isResumable(status)) return { kind: 'queue' }
      throw new LabError(
        'run-not-resumable',
        `Run ${runId} is ${status}; only queued, paused, interrupted and failed runs can be resumed.`,
        'Launch it again to train it once more.',
      )
    case 'pause':
      throw refuse('running')
    case 'stop':
      if (status === 'paused' || status === 'interrupted') return { kind: 'set-status', status: 'stopped' }
      throw refuse('running, paused or interrupted')
    case 'cancel':
      if (isResumable(status)) return { kind: 'set-status', status: 'cancelled' }
      throw refuse('waiting, running, paused, interrupted or failed')
    default:
      return assertNever(action)
  }
}
