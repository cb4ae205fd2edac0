/** Listens on the one channel on which windows send calls. */
import { callChannel, droppedFileChannel } from '@shared/contracts/channel-names.ts'
import type { Result } from '@shared/failures/result.ts'
import { answerCall, type ReportDefect } from './answer-call.ts'
import { CallRate } from './call-bounds.ts'
import type { CallHandlers } from './call-handlers.ts'
import { isDroppedPath, type PathTokens } from './path-tokens.ts'
import { resultOf } from './result-of.ts'
import { isTrustedSender, type SenderFrame } from './sender-guard.ts'

/** The part of Electron's `ipcMain` that is needed, so that tests need no Electron. */
export interface CallChannel {
  handle(
    channel: string,
    listener: (event: { readonly senderFrame: SenderFrame | null }, ...sent: unknown[]) => unknown,
  ): void
}

/**
 * Answers every call of every window from now on.
 *
 * @param channel Electron's `ipcMain`
 * @param handlers every handler
 * @param tokens hands out names for dropped files
 * @param reportDefect told what was thrown when it is not an expected failure, and about senders that were turned away
 */
export function serveContract(
  channel: CallChannel,
  handlers: CallHandlers,
  tokens: PathTokens,
  reportDefect: ReportDefect,
): void {
  const rate = new CallRate()
  channel.handle(droppedFileChannel, (event, path) => {
    if (!isTrustedSender(event.senderFrame) || !isDroppedPath(path)) return ''
    rate.take()
    return tokens.tokenFor(path)
  })
  channel.handle(callChannel, async (event, name, input): Promise<Result<unknown>> => {
    if (!isTrustedSender(event.senderFrame)) {
      reportDefect('unknown', new Error(`refused a call from ${event.senderFrame?.url ?? 'a closed frame'}`))
      return {
        ok: false,
        failure: {
          code: 'invalid-argument',
          message: 'Only the app’s own window may call the lab.',
          hint: '',
        },
      }
    }
    const counted = await resultOf(
      () => rate.take(),
      () => undefined,
    )
    return counted.ok ? answerCall(handlers, { name, input }, reportDefect) : counted
  })
}
