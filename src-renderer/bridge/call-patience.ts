/** How long a page waits for the answer to each call, and what it says meanwhile. */
import type { CallName } from '@shared/contracts/channel-names.ts'

/**
 * `quick`: fails when the answer does not come in time. `long`: takes as long as the data are large, so the window says
 * that it still works. `person`: waits for somebody to choose in a dialog.
 */
export type Patience =
  | { readonly kind: 'quick' }
  | { readonly kind: 'long'; readonly activity: string }
  | { readonly kind: 'person' }

const quick: Patience = { kind: 'quick' }
const person: Patience = { kind: 'person' }
const long = (activity: string): Patience => ({ kind: 'long', activity })

/** Milliseconds after which a quick call has failed. */
export const quickDeadlineMs = 60_000
/** Milliseconds after which the window says that a long call still works. */
export const silenceMs = 3000

/** For every call of the contract. */
export const callPatience: Readonly<Record<CallName, Patience>> = {
  'system.info': quick,
  'system.doctor': long('Looking at this machine'),
  'system.setAppearance': quick,
  'system.showLog': quick,
  'system.restart': quick,
  'system.chooseHome': person,
  'drop.inspect': long('Looking at what was added'),
  'sample.launch': long('Preparing the sample'),
  'dataset.import': long('Reading the data set'),
  'dataset.list': quick,
  'dataset.preview': long('Reading rows of the data set'),
  'dataset.remove': quick,
  'checkpoint.import': long('Checking the checkpoint'),
  'checkpoint.list': quick,
  'checkpoint.remove': quick,
  'study.plan': long('Checking the study'),
  'study.launch': long('Preparing the runs'),
  'study.list': quick,
  'run.list': quick,
  'run.unreadable': quick,
  'run.show': quick,
  'run.steps': quick,
  'run.control': quick,
  'queue.state': quick,
  'queue.setPaused': quick,
  'queue.move': quick,
  'compare.groups': long('Comparing the runs'),
  'compare.export': person,
  'dialog.open': person,
  'shell.showRunFolder': quick,
}
