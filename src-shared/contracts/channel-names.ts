/** The only names that may cross between a window and the main process; the preload exposes these and no others. */

/** Channel on which every call travels. */
export const callChannel = 'lab:call'
/** Channel on which the main process sends events to windows. */
export const eventChannel = 'lab:event'

/** Channel on which the preload, and no page, hands over the path of a dropped file for a token. */
export const droppedFileChannel = 'lab:dropped-file'

/** Every call, by name. A type test keeps this list equal to the contract's keys. */
export const callNames = [
  'system.info',
  'system.doctor',
  'system.setAppearance',
  'system.showLog',
  'system.restart',
  'system.chooseHome',
  'drop.inspect',
  'sample.launch',
  'dataset.import',
  'dataset.list',
  'dataset.preview',
  'dataset.remove',
  'checkpoint.import',
  'checkpoint.list',
  'checkpoint.remove',
  'study.plan',
  'study.launch',
  'study.list',
  'run.list',
  'run.unreadable',
  'run.show',
  'run.steps',
  'run.control',
  'queue.state',
  'queue.setPaused',
  'queue.move',
  'compare.groups',
  'compare.export',
  'dialog.open',
  'shell.showRunFolder',
] as const

/** Name of a call. */
export type CallName = (typeof callNames)[number]
