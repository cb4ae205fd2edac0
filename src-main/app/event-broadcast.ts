/** Events of the lab, sent to every window. */
import { eventChannel } from '@shared/contracts/channel-names.ts'
import type { LabEvent } from '@shared/contracts/lab-contract.ts'

/** The part of a window that is needed, so that tests need no Electron. */
export interface EventWindow {
  isDestroyed(): boolean
  readonly webContents: { isDestroyed(): boolean; send(channel: string, ...sent: unknown[]): void }
}

/**
 * Sends an event to every window that can still receive it.
 *
 * @param windows every window
 * @param event what happened
 */
export function broadcastEvent(windows: readonly EventWindow[], event: LabEvent): void {
  for (const window of windows) {
    if (!window.isDestroyed() && !window.webContents.isDestroyed())
      window.webContents.send(eventChannel, event)
  }
}
