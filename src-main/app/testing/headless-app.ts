/** An app without Electron: real handlers, real lab, real engine processes that train nothing; a test sends what a page may. */
import { EventEmitter } from 'node:events'
import { join } from 'node:path'
import type { Desktop } from '@main/ipc/desktop.ts'
import { PathTokens } from '@main/ipc/path-tokens.ts'
import { valueOf } from '@main/ipc/result-of.ts'
import { serveContract } from '@main/ipc/serve-contract.ts'
import { windowHandlers, type LabLine } from '@main/ipc/window-handlers.ts'
import { createLab } from '@main/services/create-lab.ts'
import { callChannel, droppedFileChannel } from '@shared/contracts/channel-names.ts'
import type { Result } from '@shared/failures/result.ts'
import type { LabThreadMessage, LabThreadRequest } from '../lab-thread-messages.ts'
import { serveLabThread } from '../lab-thread-server.ts'

/** A message's way in: sender, name and input as Electron hands them over. */
type Listener = Parameters<Parameters<typeof serveContract>[0]['handle']>[1]
/** A request without its number. */
type Question = LabThreadRequest extends infer Request
  ? Request extends LabThreadRequest
    ? Omit<Request, 'id'>
    : never
  : never

const page = { senderFrame: { url: 'lab://app/index.html', parent: null } }
const stranger = { senderFrame: { url: 'https://example.org/', parent: null } }

/** Where a headless app works. */
export interface HeadlessPlaces {
  /** LAB_HOME. */
  readonly home: string
  readonly enginePath: string
  /** What the person chooses in every dialog. */
  readonly chosen: readonly string[]
}

/** A running app. */
export class HeadlessApp {
  /** What was thrown and is no expected failure. */
  readonly defects: unknown[] = []
  /** Numbers of the events that windows were sent. */
  readonly sequenceNumbers: number[] = []
  readonly #listeners = new Map<string, Listener>()
  readonly #port = new EventEmitter()
  readonly #waiting = new Map<number, (result: Result<unknown>) => void>()
  readonly #places: HeadlessPlaces
  readonly #tokens = new PathTokens()
  readonly #line: LabLine
  #lastId = 0

  constructor(places: HeadlessPlaces) {
    this.#places = places
    const { home, enginePath } = places
    const lab = createLab({ home, enginePath, sampleFolder: join(home, 'no-sample'), version: '0' })
    serveLabThread(
      {
        on: (event, listener) => this.#port.on(event, listener),
        // As between threads: what cannot be cloned does not arrive.
        postMessage: (message) => this.#hear(structuredClone(message)),
      },
      Promise.resolve(lab),
      {
        info: () => undefined,
        warn: () => undefined,
        error: (_text, facts) => void this.defects.push(facts),
      },
    )
    const ask = async (question: Question): Promise<never> => valueOf(await this.#ask(question)) as never
    this.#line = {
      call: (name, input) => ask({ kind: 'call', name, input }),
      comparisonText: (request) => ask({ kind: 'comparison-text', request }),
    }
    this.openWindow()
  }

  /** Opens the window anew: its rate of calls begins again. */
  openWindow(): void {
    const { home, chosen } = this.#places
    serveContract(
      { handle: (channel, listener) => this.#listeners.set(channel, listener) },
      windowHandlers(this.#line, headlessDesktop(home, chosen), this.#tokens),
      this.#tokens,
      (name, thrown) => {
        // Turned away senders are reported too; they are no defects.
        if (name !== 'unknown') this.defects.push([name, thrown])
      },
    )
  }

  /** A call of the app's own page, or of a page that is not the app's. */
  call(name: unknown, input: unknown, isStranger = false): Promise<unknown> {
    const listener = this.#listeners.get(callChannel)!
    const sent: unknown[] = structuredClone([name, input])
    return Promise.resolve(listener(isStranger ? stranger : page, ...sent))
  }

  /** A drop, as the preload reports it; '' where it is refused. */
  drop(path: unknown): string {
    try {
      return String(this.#listeners.get(droppedFileChannel)!(page, path))
    } catch {
      return ''
    }
  }

  /** Quits. */
  async close(): Promise<void> {
    valueOf(await this.#ask({ kind: 'close' }))
  }

  #ask(question: Question): Promise<Result<unknown>> {
    return new Promise((resolve) => {
      const id = ++this.#lastId
      this.#waiting.set(id, resolve)
      this.#port.emit('message', structuredClone({ id, ...question }))
    })
  }

  #hear(message: LabThreadMessage): void {
    if (message.kind === 'event') this.sequenceNumbers.push(message.event.seq)
    if (message.kind === 'answer') this.#waiting.get(message.id)?.(message.result)
  }
}

function headlessDesktop(home: string, chosen: readonly string[]): Desktop {
  return {
    systemInfo: () => ({
      version: '0',
      electron: '0',
      officialElectron: true,
      home,
      homeProblem: null,
      isSandboxed: true,
      platform: 'linux',
      appearance: 'system',
    }),
    setAppearance: () => undefined,
    showLog: () => undefined,
    restart: () => undefined,
    chooseHome: () => Promise.resolve(null),
    choosePaths: () => Promise.resolve(chosen),
    // The only place outside the data folder that a call may write to is one that a person chose: here they choose none.
    chooseTarget: () => Promise.resolve(null),
    showFolder: () => undefined,
  }
}
