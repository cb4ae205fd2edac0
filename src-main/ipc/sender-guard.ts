/** Who may call the main process: the top frame of a window of this app, and nobody else. */

/** Origin under which the app's own pages are served. */
export const appOrigin = 'lab://app'

/** What is known of a frame that sent a message. Electron answers null when the frame is already gone. */
export interface SenderFrame {
  readonly url: string
  readonly parent: unknown
}

/**
 * Whether a URL is a page or file of the app itself.
 *
 * @param url any text; what is not a URL is refused
 */
export function isAppUrl(url: string): boolean {
  try {
    // `URL.origin` is "null" for schemes that Node does not know, so protocol and host are compared instead.
    const { protocol, host } = new URL(url)
    return `${protocol}//${host}` === appOrigin
  } catch {
    return false
  }
}

/**
 * Whether a message may be answered.
 *
 * @param frame the frame that sent it, null when it is gone
 */
export function isTrustedSender(frame: SenderFrame | null): boolean {
  return frame !== null && frame.parent === null && isAppUrl(frame.url)
}
