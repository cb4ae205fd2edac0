/** The thread's side of the conversation: requests in, answers and events out. */
import { labHandlers } from '@main/ipc/lab-handlers.ts'
import { resultOf } from '@main/ipc/result-of.ts'
import type { Logger } from '@main/platform/logger.ts'
import type { Lab } from '@main/services/lab.ts'
import type { LabThreadMessage, LabThreadRequest } from './lab-thread-messages.ts'

/** The part of a message port that is needed, so that tests need no thread. */
export interface ThreadPort {
  on(event: 'message', listener: (request: LabThreadRequest) => void): unknown
  postMessage(message: LabThreadMessage): void
}

/**
 * Answers every request from now on.
 *
 * @param port line to the main process
 * @param opening the lab, while it is still opening; when it cannot be opened every answer says why
 * @param logger told about defects
 */
export function serveLabThread(port: ThreadPort, opening: Promise<Lab>, logger: Logger): void {
  const ready = opening.then((lab) => {
    lab.onEvent((event) => port.postMessage({ kind: 'event', event }))
    return { lab, handlers: labHandlers(lab) }
  })
  // Every request waits for `ready` and answers its failure; without requests there is nobody to tell.
  ready.catch((thrown: unknown) => logger.error('the lab could not be opened', { thrown }))

  const answer = async (request: LabThreadRequest): Promise<unknown> => {
    const { lab, handlers } = await ready
    switch (request.kind) {
      case 'call': {
        // The main process has parsed the input with this handler's schema, and knows no other names.
        const handler = handlers[request.name] as (input: unknown) => unknown
        return handler(request.input)
      }
      case 'comparison-text':
        return lab.comparisons.render(request.request)
      case 'close':
        return lab.close()
    }
  }

  port.on('message', (request) => {
    const report = (thrown: unknown): void => logger.error('a request failed', { request, thrown })
    void resultOf(() => answer(request), report).then((result) =>
      port.postMessage({ kind: 'answer', id: request.id, result }),
    )
  })
}
