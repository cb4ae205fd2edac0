/**
 * Starts and supervises an engine process. The engine holds the run's lock while it lives; when it dies without having ended
 * its run, the supervisor says so in its place, so that a death is a state of the run and nothing more. It does so only
 * while the lock is still that of the process it started: meanwhile somebody else may have gone on with the run.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { closeSync, fstatSync, openSync } from 'node:fs'
import { nodeExecutable } from '@main/platform/node-executable.ts'
import { recordDeath } from '@main/storage/record-death.ts'
import { RunFolder } from '@main/storage/run-folder.ts'
import { LabError, type Failure } from '@shared/failures/failure.ts'
import type { RunEvent } from '@shared/results/run-event.ts'
import { isResumable, type RunStatus } from '@shared/results/run-status.ts'
import { engineEnvironment } from './engine-environment.ts'
import { judgeEngineExit, type EngineExit } from './engine-death.ts'
import { logTail } from './engine-log-tail.ts'
import { engineMessage, type ControlAction, type ControlMessage } from './engine-messages.ts'
import { heartbeatTimeoutMs, HeartbeatWatch } from './heartbeat-watch.ts'
import { outOfMemoryKills } from './memory-exhaustion.ts'

/** What an engine process needs to be started. */
export interface StartEngineOptions {
  /** LAB_HOME. */
  readonly home: string
  /** A run that waits or was interrupted. */
  readonly runId: string
  /** The bundle of the engine, `engine.cjs`. */
  readonly enginePath: string
  /** Every event the engine reports, and the supervisor's own remarks, in order. */
  readonly onEvent: (event: RunEvent) => void
  /** Told once the process has the run in hand. */
  readonly onOwned?: () => void
  /** Silence after which the engine counts as unresponsive; 60 s when left out. */
  readonly heartbeatTimeoutMs?: number
  /** Plain Node executable; the platform's choice when left out. */
  readonly nodePath?: string
}

/** A run that an engine process of ours carries out. */
export interface EngineHandle {
  readonly runId: string
  /** Process id; null when it could not be started. */
  readonly pid: number | null
  /** Whether the living process has given no sign of life for a minute. */
  readonly isUnresponsive: boolean
  /** Whether the process ended without ending its run; known once `finished` is settled. */
  readonly hasDied: boolean
  /** Why the process did not carry out the run, or not to its end: another has it in hand. Null otherwise. */
  readonly refusal: Failure | null
  /** Asks for an action between two steps; nothing happens when the process is gone. */
  control(action: ControlAction): void
  /** State of the run after the process has ended; never rejects for what the engine did. */
  readonly finished: Promise<RunStatus>
  /** Ends the process at once; the run goes on from its last checkpoint when resumed. */
  kill(): void
}

/** Time after the process's exit in which messages it sent before may still arrive. */
const drainMs = 2000

/**
 * Starts an engine process for a run and supervises it.
 *
 * The process gets a group of its own, so that Ctrl-C in a terminal reaches the supervisor only, which then asks for a
 * checkpoint.
 *
 * @param options which run, which bundle, who listens
 * @failure a process that cannot be started ends the run as `failed` (`engine-unavailable`)
 */
export function startEngine(options: StartEngineOptions): EngineHandle {
  return new SupervisedEngine(options)
}

class SupervisedEngine implements EngineHandle {
  readonly runId: string
  readonly finished: Promise<RunStatus>
  readonly #options: StartEngineOptions
  readonly #folder: RunFolder
  readonly #logPath: string
  readonly #logStart: number
  readonly #memoryKillsBefore = outOfMemoryKills()
  readonly #child: ChildProcess
  readonly #watch: HeartbeatWatch
  /** Names the process that is started as the run's owner. */
  readonly #token = randomUUID()
  /** Number of the run's lock before the process was started. */
  readonly #lockBefore: number
  #isOwned = false
  #hasDied = false
  #refusal: Failure | null = null

  constructor(options: StartEngineOptions) {
    this.runId = options.runId
    this.#options = options
    this.#folder = RunFolder.open(options.home, options.runId)
    this.#lockBefore = this.#folder.lock.look().number
    this.#logPath = this.#folder.logPath
    const log = openSync(this.#logPath, 'a')
    try {
      this.#logStart = fstatSync(log).size
      this.#child = spawn(
        options.nodePath ?? nodeExecutable(),
        [options.enginePath, options.home, options.runId, '--token', this.#token],
        {
          stdio: ['ignore', log, log, 'ipc'],
          env: engineEnvironment(),
          detached: process.platform !== 'win32',
          windowsHide: true,
        },
      )
    } finally {
      closeSync(log)
    }
    this.#watch = new HeartbeatWatch(options.heartbeatTimeoutMs ?? heartbeatTimeoutMs, {
      onSilent: (silentMs) =>
        this.#remark(
          'warning',
          `The engine has been silent for ${Math.round(silentMs / 1000)} s. It may be in a very long step; cancel the run if it does not come back.`,
        ),
      onBack: () => this.#remark('info', 'The engine is back.'),
    })
    this.#child.on('message', (message) => this.#receive(message))
    this.finished = this.#exit().then((exit) => this.#conclude(exit))
  }

  get pid(): number | null {
    return this.#child.pid ?? null
  }

  get isUnresponsive(): boolean {
    return this.#watch.isSilent
  }

  get hasDied(): boolean {
    return this.#hasDied
  }

  get refusal(): Failure | null {
    return this.#refusal
  }

  control(action: ControlAction): void {
    const message: ControlMessage = { kind: 'control', action }
    // The callback takes the error of a channel that closed in between: the exit says everything that matters.
    if (this.#child.connected) this.#child.send(message, () => undefined)
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  #receive(message: unknown): void {
    this.#watch.sign()
    const parsed = engineMessage.safeParse(message)
    if (!parsed.success) {
      this.#remark('warning', `The engine sent a message this program does not know: ${parsed.error.message}`)
      return
    }
    if (parsed.data.kind === 'event') this.#options.onEvent(parsed.data.event)
    if (parsed.data.kind === 'refused') {
      this.#refusal = parsed.data.failure
      this.#remark('warning', parsed.data.failure.message)
    } else if (!this.#isOwned) {
      this.#isOwned = true
      this.#options.onOwned?.()
    }
  }

  #remark(level: 'info' | 'warning', text: string): void {
    this.#options.onEvent({
      type: 'message',
      runId: this.runId,
      time: new Date().toISOString(),
      level,
      text,
    })
  }

  #exit(): Promise<EngineExit> {
    const child = this.#child
    const describe = (code: number | null, signal: string | null, startError: string | null): EngineExit => ({
      code,
      signal,
      startError,
      logTail: logTail(this.#logPath, this.#logStart),
      memoryExhausted: outOfMemoryKills() > this.#memoryKillsBefore,
    })
    return new Promise((resolve) => {
      child.once('error', (error) => {
        // Also raised when a message could not be sent; only a process that never started has no pid.
        if (child.pid === undefined) resolve(describe(null, null, error.message))
      })
      child.once('exit', (code, signal) => {
        const done = (): void => resolve(describe(code, signal, null))
        if (!child.connected) return done()
        const timer = setTimeout(done, drainMs)
        child.once('disconnect', () => {
          clearTimeout(timer)
          done()
        })
      })
    })
  }

  #conclude(exit: EngineExit): RunStatus {
    this.#watch.stop()
    try {
      return this.#refusal === null ? this.#concludeOurs(exit) : this.#folder.read().status
    } catch (thrown) {
      if (!(thrown instanceof LabError) || thrown.code !== 'run-already-active') throw thrown
      return this.#folder.read().status
    } finally {
      this.#folder.close()
    }
  }

  #concludeOurs(exit: EngineExit): RunStatus {
    const { number, holder } = this.#folder.lock.look()
    const isOurs = number === this.#lockBefore || holder?.token === this.#token
    if (!isOurs) return this.#folder.read().status
    return this.#folder.whileHeld(({ status }) => {
      if (status !== 'running' && !(number === this.#lockBefore && isResumable(status))) return status
      this.#hasDied = true
      const event = recordDeath(this.#folder, judgeEngineExit(exit))
      this.#options.onEvent(event)
      return event.status
    }, number)
  }
}
