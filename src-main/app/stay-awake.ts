/** Keeps the computer from sleeping while a run trains. */

/** The part of Electron's `powerSaveBlocker` that is needed. */
export interface PowerSaveBlocker {
  start(kind: 'prevent-app-suspension'): number
  stop(id: number): unknown
}

/**
 * A switch that blocks sleep while it is on.
 *
 * @param blocker Electron's `powerSaveBlocker`
 * @returns sets whether a run trains; calling it again with the same value changes nothing
 */
export function stayAwakeSwitch(blocker: PowerSaveBlocker): (isTraining: boolean) => void {
  let id: number | null = null
  return (isTraining) => {
    if (isTraining && id === null) id = blocker.start('prevent-app-suspension')
    if (!isTraining && id !== null) {
      blocker.stop(id)
      id = null
    }
  }
}
