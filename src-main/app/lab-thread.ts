/**
 * The lab as the main process sees it: calls and events of a thread of its own. Parsing a large data set or hashing a
 * checkpoint takes seconds; there it delays other answers at worst, here it would freeze every window.
 */
import { Worker } from 'node:worker_threads'
import type { Logger } from '@main/platform/logger.ts'
import type { LabEvent, Trouble } from '@shared/contracts/lab-contract.ts'
import type { Result } from '@shared/failures/result.ts'
import type { LabEventContent } from '@main/services/event-hub.ts'
import type { LabThreadData, LabThreadMessage, LabThreadRequest } from './lab-thread-messages.ts'

/** A request without its number. */
export type LabThreadQuestion = LabThreadRequest extends infer Request
  ? Request extends LabThreadRequest
    ? Omit<Request, 'id'>
    : never
  : never

/** What the thread needs. */
export interface LabThreadOptions extends LabThreadData {
  /** Bundle of the thread. */
  readonly threadPath: string | URL
  /** Environment of the thread and of the engine processes that it starts. */
  readonly environment: NodeJS.ProcessEnv
  readonly logger: Logger
  /** Told every event; numbered from 1 over all threads, with a gap where a thread died and may have lost some. */
  onEvent(event: LabEvent): void
  /** Told when the thread met something unexpected, or ended. */
  onTrouble(trouble: Trouble): void
}

/** A thread that dies more often than this within `crashLoopMs` is not started again. */
const mostRestarts = 3
const crashLoopMs = 120_000

/** The thread, replaced by a new one when it dies. */
export class LabThread {
  readonly #options: LabThreadOptions
  readonly #waiting = new Map<number, (result: Result<unknown>) => void>()
  readonly #deaths: number[] = []
  #worker: Worker | null = null
  #lastId = 0
  #lastSeq = 0
  #lastWords = ''
  #isClosing = false

  /** @param options bundle, folders and listeners */
  constructor(options: LabThreadOptions) {
    this.#options = options
  }

  /** Starts the thread; questions are answered from now on. */
  start(): void {
    const { threadPath, environment, home, enginePath, samplePath, version } = this.#options
    const data: LabThreadData = { home, enginePath, samplePath, version }
    const worker = new Worker(threadPath, { workerData: data, env: environment })
    this.#worker = worker
    worker.on('message', (message: LabThreadMessage) => this.#receive(message))
    worker.on('error', (thrown) => {
      this.#lastWords = String(thrown).split('\n', 1)[0]!
      this.#options.logger.error('the lab thread failed', { thrown })
    })
    worker.on('exit', (code) => this.#onExit(code))
  }

  /**
   * Asks the thread.
   *
   * @param question what to do
   * @returns its answer; a failure when the thread died meanwhile. Never rejects
   */
  ask(question: LabThreadQuestion): Promise<Result<unknown>> {
    const worker = this.#worker
    if (worker === null) return Promise.resolve(threadDied('It died several times in a row.'))
    this.#lastId += 1
    const id = this.#lastId
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve)
      worker.postMessage({ ...question, id } satisfies LabThreadRequest)
    })
  }

  /**
   * Puts an event of the main process itself among the thread's.
   *
   * @param content the event without its number
   */
  announce(content: LabEventContent): void {
    this.#lastSeq += 1
    this.#options.onEvent({ ...content, seq: this.#lastSeq })
  }

  /** Pauses the running run with a checkpoint, closes the store and ends the thread. */
  async close(): Promise<void> {
    this.#isClosing = true
    await this.ask({ kind: 'close' })
    await this.#worker?.terminate()
  }

  #receive(message: LabThreadMessage): void {
    switch (message.kind) {
      case 'event':
        return this.announce(message.event)
      case 'uncaught':
        return this.#options.onTrouble({
          part: 'lab',
          consequence: 'goes-on',
          summary: message.uncaught.summary,
        })
      case 'answer':
        return this.#settle(message)
    }
  }

  #settle(message: Extract<LabThreadMessage, { kind: 'answer' }>): void {
    const resolve = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    resolve?.(message.result)
  }

  #onExit(code: number): void {
    this.#worker = null
    for (const resolve of this.#waiting.values()) resolve(threadDied('It has been started again.'))
    this.#waiting.clear()
    if (this.#isClosing) return
    // Windows see the gap and ask for everything anew.
    this.#lastSeq += 1
    const now = performance.now()
    this.#deaths.push(now)
    const recent = this.#deaths.filter((death) => now - death < crashLoopMs)
    const isStartedAgain = recent.length <= mostRestarts
    if (isStartedAgain) this.start()
    this.#options.logger.error('the lab thread ended', { code, isStartedAgain })
    const consequence = isStartedAgain ? 'started-again' : 'stays-down'
    this.#options.onTrouble({ part: 'lab', consequence, summary: this.#lastWords })
    this.#lastWords = ''
  }
}

function threadDied(consequence: string): Result<never> {
  return {
    ok: false,
    failure: {
      code: 'internal-error',
      message: `The part of the app that keeps data and runs ended unexpectedly. ${consequence}`,
      hint: 'Try again; restart the app if it happens again. Runs keep their recorded steps.',
    },
  }
}
