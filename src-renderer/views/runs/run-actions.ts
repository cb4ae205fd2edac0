/** What can be asked of a run in each state. */
import type { IconName } from '@renderer/components/icon-paths.ts'
import type { RunAction } from '@renderer/stores/run-store.ts'
import { isResumable, type RunStatus } from '@shared/results/run-status.ts'

/** How an action looks. */
export interface ActionLook {
  readonly action: RunAction
  readonly label: string
  readonly icon: IconName
  /** Word while it was asked for and has not happened yet. */
  readonly pendingWord: string
  readonly explanation: string
}

const looks: Readonly<Record<RunAction, ActionLook>> = {
  resume: {
    action: 'resume',
    label: 'Resume',
    icon: 'play',
    pendingWord: 'Resuming…',
    explanation: 'Go on from the last checkpoint',
  },
  pause: {
    action: 'pause',
    label: 'Pause',
    icon: 'pause',
    pendingWord: 'Pausing…',
    explanation: 'Write a checkpoint and free the processor; resumable',
  },
  stop: {
    action: 'stop',
    label: 'Stop and keep',
    icon: 'stop',
    pendingWord: 'Stopping…',
    explanation: 'End now and keep the results so far',
  },
  cancel: {
    action: 'cancel',
    label: 'Discard',
    icon: 'ban',
    pendingWord: 'Cancelling…',
    explanation: 'End and leave out of comparisons',
  },
}

/**
 * Actions that make sense, most likely first.
 *
 * @param status the run's state
 */
export function actionsFor(status: RunStatus): readonly ActionLook[] {
  switch (status) {
    case 'running':
      return [looks.pause, looks.stop, looks.cancel]
    case 'queued':
      return [looks.cancel]
    case 'paused':
    case 'interrupted':
      return [looks.resume, looks.cancel]
    default:
      return isResumable(status) ? [looks.resume] : []
  }
}

/**
 * Word of an action under way; undefined for none.
 *
 * @param action asked for
 */
export function pendingWord(action: RunAction | null): string | undefined {
  return action === null ? undefined : looks[action].pendingWord
}
