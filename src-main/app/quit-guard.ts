/** Quitting while a run trains: ask, write a checkpoint, then leave; never lose steps, never hang. */

/** What the guard needs from its surroundings. */
export interface QuitSurroundings {
  /** Whether a run is training right now. */
  isTraining(): boolean
  /** Asks the person; true means pause and quit. */
  confirmQuit(): Promise<boolean>
  /** Checkpoints the running run and lets go of the store. */
  close(): Promise<void>
  /** Quits for good. */
  quit(): void
  /** Longest wait for `close`, in milliseconds; after it the engine saves itself when its channel closes. */
  readonly longestCloseMs: number
}

/** Decides what happens to an attempt to quit. */
export interface QuitGuard {
  /** Electron's `before-quit` listener. */
  onBeforeQuit(event: { preventDefault(): void }): void
  /** Whether the app is on its way out, so that windows may close. */
  isLeaving(): boolean
}

/**
 * A guard for one app.
 *
 * @param surroundings what to ask and what to call
 */
export function createQuitGuard(surroundings: QuitSurroundings): QuitGuard {
  let state: 'staying' | 'asking' | 'closing' | 'leaving' = 'staying'

  const closeAndLeave = async (): Promise<void> => {
    state = 'closing'
    await withinMs(surroundings.close(), surroundings.longestCloseMs)
    state = 'leaving'
    surroundings.quit()
  }

  const askFirst = async (): Promise<void> => {
    state = 'asking'
    const isConfirmed = await surroundings.confirmQuit().catch(() => false)
    if (isConfirmed) await closeAndLeave()
    else state = 'staying'
  }

  return {
    onBeforeQuit(event) {
      if (state === 'leaving') return
      event.preventDefault()
      if (state === 'staying') void (surroundings.isTraining() ? askFirst() : closeAndLeave())
    },
    isLeaving: () => state === 'leaving',
  }
}

/** Waits for work, but not longer than `ms`; failures of the work count as done. */
async function withinMs(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const timeUp = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([work.catch(() => undefined), timeUp])
  clearTimeout(timer)
}
