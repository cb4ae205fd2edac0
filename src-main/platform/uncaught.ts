/**
 * What nobody caught, in any process or thread of the lab: written to its log with the stack, then handed on, so that each
 * of them ends or goes on as its own docs say. Electron would show a modal dialog, which stops the main process; Node would
 * end the process.
 */
import type { Logger } from './logger.ts'

/** Something thrown that no code caught. */
export interface Uncaught {
  readonly kind: 'exception' | 'rejection'
  /** One line: name and message of the error. */
  readonly summary: string
}

/** The events of a process, or of a worker thread, that are listened to. */
export interface FaultySource {
  on(event: 'uncaughtException' | 'unhandledRejection', listener: (thrown: unknown) => void): unknown
}

/** What is thrown over and over is logged and handed on this often a minute, and counted from then on. */
const mostAMinute = 20
const summaryLength = 300

/**
 * Listens from now on.
 *
 * @param logger gets one line with the stack for each
 * @param onUncaught told each; what it throws itself is logged
 * @param source whose exceptions and rejections; this process's or thread's when left out
 * @param now milliseconds on a clock that never goes back
 */
export function handleUncaught(
  logger: Logger,
  onUncaught: (uncaught: Uncaught) => void,
  source: FaultySource = process,
  now: () => number = () => performance.now(),
): void {
  // A terminal that was closed is no reason to end: without a listener each line written to it would be thrown anew.
  process.stderr.on('error', () => undefined)
  let minuteBegan = -Infinity
  let inMinute = 0
  const take = (kind: Uncaught['kind'], thrown: unknown): void => {
    if (now() - minuteBegan > 60_000) {
      if (inMinute > mostAMinute) logger.error(`${inMinute - mostAMinute} more like it were not logged`)
      minuteBegan = now()
      inMinute = 0
    }
    inMinute += 1
    if (inMinute > mostAMinute) return
    try {
      logger.error(`nobody caught this ${kind}`, { thrown })
      onUncaught({ kind, summary: summaryOf(thrown) })
    } catch (again) {
      logger.error('the handler of what nobody caught failed', { thrown: again })
    }
  }
  source.on('uncaughtException', (thrown) => take('exception', thrown))
  source.on('unhandledRejection', (thrown) => take('rejection', thrown))
}

function summaryOf(thrown: unknown): string {
  const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
  return text.split('\n', 1)[0]!.slice(0, summaryLength)
}
