/** Troubles of the app in words. */
import type { Trouble } from '@shared/contracts/lab-contract.ts'
import { assertNever } from '@shared/failures/assert-never.ts'

/** What happened, and what it means for a person's work. */
export interface TroubleText {
  readonly title: string
  readonly text: string
}

/** @param trouble what the main process reported */
export function troubleText(trouble: Trouble): TroubleText {
  const { part, consequence, summary } = trouble
  const cause = summary === '' ? '' : ` (${summary})`
  switch (consequence) {
    case 'goes-on':
      return {
        title: 'Something unexpected happened inside the app.',
        text: `Runs go on and nothing recorded is lost. If the window behaves oddly, restart the app${part === 'lab' ? '; a run that trains is then paused with a checkpoint' : ''}.${cause}`,
      }
    case 'started-again':
      return {
        title: 'The part of the app that keeps data and runs ended and was started again.',
        text: `A run that was training pauses with a checkpoint: resume it under Runs. Repeat what you were doing.${cause}`,
      }
    case 'stays-down':
      return {
        title: 'The part of the app that keeps data and runs ended several times and stays down.',
        text: `Restart the app. Runs keep their recorded steps.${cause}`,
      }
    default:
      return assertNever(consequence)
  }
}
