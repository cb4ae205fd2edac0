/** Listens on the one channel on which windows send calls. */
import { callChannel } from '@shared/contracts/channel-names.ts'
import type { Result } from '@shared/failures/result.ts'
import { answerCall, type ReportDefect } from './answer-call.ts'
import type { CallHandlers } from './call-handlers.ts'
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
 * @param reportDefect told what was thrown when it is not an expected failure, and about senders that were turned away
 */
export function serveContract(
  channel: CallChannel,
  handlers: CallHandlers,
  reportDefect: ReportDefect,
): void {
  channel.handle(callChannel, async (event, name, input): Promise<Result<unknown>> => {
    if (!isTrustedSender(event.senderFrame)) {
      reportDefect(
        String(name),
        new Error(`refused a call from ${event.senderFrame?.url ?? 'a closed frame'}`),
      )
      return {
        ok: false,
        failure: {
          code: 'invalid-argument',
          message: 'Only the app’s own window may call the lab.',
          hint: '',
        },
      }
    }
    return answerCall(handlers, { name, input }, reportDefect)
  })
}
