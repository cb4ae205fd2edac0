/**
 * The queue: runs are carried out one at a time, in an order that stands in their records and so survives a restart.
 * A failing run does not stop the next; engines that keep dying do.
 */
import { CrashLoopGuard } from '@main/engine-client/crash-loop-guard.ts'
import type { EngineHandle, StartEngineOptions } from '@main/engine-client/engine-client.ts'
import { RunFolder } from '@main/storage/run-folder.ts'
import type { QueueState } from '@shared/contracts/lab-contract.ts'
import { LabError, toFailure, type Failure } from '@shared/failures/failure.ts'
import type { RunEvent } from '@shared/results/run-event.ts'
import { isResumable } from '@shared/results/run-status.ts'

/** What the queue works with. */
export interface RunQueueOptions {
  readonly home: string
  readonly enginePath: string
  readonly isPaused: boolean
  readonly startEngine: (options: StartEngineOptions) => EngineHandle
  readonly onEvent: (event: RunEvent) => void
  /** A run's record changed by the queue's doing. */
  readonly onRunChanged: (runId: string) => void
  readonly onQueueChanged: (state: QueueState) => void
}

/** Waiting runs and the one that is carried out. */
export class RunQueue {
  readonly #options: RunQueueOptions
  readonly #guard = new CrashLoopGuard()
  readonly #idleWaiters: (() => void)[] = []
  /** Runs a person asked for by name: they start even while the queue is paused. */
  readonly #asked = new Set<string>()
  readonly #positions = new Map<string, number>()
  #waiting: string[] = []
  #isPaused: boolean
  #isClosed = false
  #current: EngineHandle | null = null
  #trouble: string | null = null
  readonly #refusals = new Map<string, Failure>()

  /** @param options home, engine, listeners */
  constructor(options: RunQueueOptions) {
    this.#options = options
    this.#isPaused = options.isPaused
  }

  /** The run that is carried out by this lab; null when none is. */
  get current(): EngineHandle | null {
    return this.#current
  }

  /** Why the queue paused itself; null while it did not. */
  get trouble(): string | null {
    return this.#trouble
  }

  /**
   * Why this lab did not carry out a run that it was to: another has it in hand. Null otherwise.
   *
   * @param runId which run
   */
  refusalOf(runId: string): Failure | null {
    return this.#refusals.get(runId) ?? null
  }

  /** Order and state. */
  state(): QueueState {
    return {
      paused: this.#isPaused,
      runningRunId: this.#current?.runId ?? null,
      queuedRunIds: [...this.#waiting],
    }
  }

  /**
   * Takes waiting runs over from an earlier session, in the order of their records.
   *
   * @param runIds first to last
   */
  adopt(runIds: readonly string[]): void {
    for (const runId of runIds) {
      try {
        this.#append(runId)
      } catch (thrown) {
        // Another program has just begun with it.
        if (!(thrown instanceof LabError) || thrown.code !== 'run-already-active') throw thrown
        this.#waiting = this.#waiting.filter((waiting) => waiting !== runId)
      }
    }
  }

  /**
   * Puts runs at the end of the queue and starts the next when nothing is running.
   *
   * @param runIds runs whose records say `queued`, or that can be resumed
   * @param isAskedFor whether they start even while the queue is paused
   */
  add(runIds: readonly string[], isAskedFor = false): void {
    for (const runId of runIds) {
      if (isAskedFor) this.#asked.add(runId)
      if (!this.#waiting.includes(runId) && this.#current?.runId !== runId) this.#append(runId)
    }
    this.#changed()
    this.#startNext()
  }

  /** @param runId run that waits no longer */
  remove(runId: string): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting !== runId)
    this.#asked.delete(runId)
    this.#changed()
  }

  /**
   * Holds the queue after the running run, or lets it go on.
   *
   * @param isPaused whether to hold
   */
  setPaused(isPaused: boolean): QueueState {
    this.#isPaused = isPaused
    if (isPaused) this.#asked.clear()
    else this.#forgetCrashes()
    this.#changed()
    this.#startNext()
    return this.state()
  }

  /**
   * Moves a waiting run.
   *
   * @param runId a waiting run
   * @param position 0 is next; past the end means last
   * @throws LabError `not-found` when the run does not wait
   */
  move(runId: string, position: number): QueueState {
    if (!this.#waiting.includes(runId))
      throw new LabError(
        'not-found',
        `Run ${runId} does not wait in the queue.`,
        'Only waiting runs can be moved.',
      )
    const others = this.#waiting.filter((waiting) => waiting !== runId)
    others.splice(position, 0, runId)
    const positions = this.#waiting.map((waiting) => this.#positions.get(waiting) ?? 0).sort((a, b) => a - b)
    this.#waiting = others
    others.forEach((waiting, index) => this.#setPosition(waiting, positions[index] ?? index))
    this.#changed()
    return this.state()
  }

  /** Settles when nothing runs and nothing may start (the queue is empty or paused). */
  idle(): Promise<void> {
    if (this.#isIdle()) return Promise.resolve()
    return new Promise((resolve) => this.#idleWaiters.push(resolve))
  }

  /**
   * Starts no further run; the running one is asked for a checkpoint and its end is awaited. One that hangs would not hear
   * that and outlive this program: it is ended, and its run goes on from the last checkpoint when resumed.
   */
  async close(): Promise<void> {
    this.#isClosed = true
    const current = this.#current
    if (current === null) return
    if (current.isUnresponsive) current.kill()
    else current.control('pause')
    await current.finished.catch(() => undefined)
  }

  #isIdle(): boolean {
    return this.#current === null && this.#next() === null
  }

  #next(): string | null {
    if (this.#isClosed) return null
    if (!this.#isPaused) return this.#waiting[0] ?? null
    return this.#waiting.find((runId) => this.#asked.has(runId)) ?? null
  }

  #startNext(): void {
    while (this.#current === null) {
      const runId = this.#next()
      if (runId === null) break
      this.#waiting = this.#waiting.filter((waiting) => waiting !== runId)
      this.#asked.delete(runId)
      this.#start(runId)
    }
    if (this.#isIdle()) for (const settle of this.#idleWaiters.splice(0)) settle()
  }

  #start(runId: string): void {
    const { home, enginePath, startEngine, onEvent } = this.#options
    try {
      // Another program may have taken the run up, ended or removed it since it was queued here.
      this.#refusals.delete(runId)
      const folder = RunFolder.open(home, runId)
      const { status } = folder.read()
      if (status === 'running') this.#refusals.set(runId, folder.lock.heldBy().toFailure())
      if (!isResumable(status)) return this.#changedRun(runId)
      const onOwned = (): void => this.#changedRun(runId)
      const handle = startEngine({ home, runId, enginePath, onEvent, onOwned })
      this.#current = handle
      handle.finished.then(
        () => this.#ended(handle),
        (thrown: unknown) => this.#couldNotCarryOut(runId, thrown),
      )
      this.#changedRun(runId)
    } catch (thrown) {
      this.#couldNotCarryOut(runId, thrown)
    }
  }

  #ended(handle: EngineHandle): void {
    if (handle.refusal !== null) this.#refusals.set(handle.runId, handle.refusal)
    else if (handle.hasDied) this.#guard.addCrash()
    else this.#guard.reset()
    if (this.#guard.isLooping && this.#waiting.length > 0) {
      this.#stopFor(
        handle.runId,
        'Three engine processes died within two minutes; the queue is paused. Look at engine.log of these runs, or run "lab doctor", before letting it go on.',
      )
    }
    this.#current = null
    this.#changedRun(handle.runId)
    this.#startNext()
  }

  /** No engine, or no way to write the record (a full disk): the queue waits for a person, since the next run would meet the same. */
  #couldNotCarryOut(runId: string, thrown: unknown): void {
    const failure = toFailure(thrown)
    if (this.#current?.runId === runId) this.#current = null
    try {
      const endedAt = new Date().toISOString()
      const folder = RunFolder.open(this.#options.home, runId)
      folder.whileHeld(({ status }) => {
        if (isResumable(status)) folder.update({ status: 'failed', failure, queuePosition: null, endedAt })
      })
    } catch {
      // Where even the record cannot be written, the remark below is all that is left to say.
    }
    this.#stopFor(runId, `${failure.message} ${failure.hint} The queue is paused.`)
    this.#changedRun(runId)
    this.#startNext()
  }

  #stopFor(runId: string, text: string): void {
    this.#isPaused = true
    this.#asked.clear()
    this.#trouble = text
    this.#options.onEvent({ type: 'message', runId, time: new Date().toISOString(), level: 'warning', text })
  }

  #forgetCrashes(): void {
    this.#guard.reset()
    this.#trouble = null
  }

  #append(runId: string): void {
    const last = this.#waiting.at(-1)
    const position = last === undefined ? 0 : (this.#positions.get(last) ?? 0) + 1
    this.#waiting.push(runId)
    this.#setPosition(runId, position)
  }

  /** Positions only order the runs; they keep their gaps when runs leave, so that a start does not rewrite every record. */
  #setPosition(runId: string, position: number): void {
    this.#positions.set(runId, position)
    const folder = RunFolder.open(this.#options.home, runId)
    const record = folder.read()
    if (record.status === 'queued' && record.queuePosition === position) return
    folder.whileHeld(({ status }) => {
      // A record that says running while the lock could be taken was left so by an engine that is gone.
      if (isResumable(status) || status === 'running')
        folder.update({ status: 'queued', queuePosition: position })
    })
  }

  #changedRun(runId: string): void {
    this.#options.onRunChanged(runId)
    this.#changed()
  }

  #changed(): void {
    this.#options.onQueueChanged(this.state())
  }
}
