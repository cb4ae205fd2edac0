/**
 * Who has a run in hand: `runs/<runId>/lock/<n>.json`, of which the one with the greatest number counts. Taking the lock is
 * making the file of the next number, which only one process can: the file is written under another name and linked, and
 * `link` fails where the name is taken, on shared file systems too. Giving it back is renaming it to `<n>.free.json`, for
 * which there is room on a full disk. Numbers only grow, so that a holder whose lock was taken away meanwhile, because it
 * was stopped or cut off, finds a greater number and writes nothing more.
 *
 * Limits: between looking at the numbers and the write that follows, a holder may be stopped and lose its lock; that one
 * write still arrives. Where links do not exist (FAT, some shares) the file is made under its name at once, and one that a
 * crash left without content counts as nobody's after a second.
 */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { readFailure, systemErrorCode, writeFailure } from '@main/platform/disk-failure.ts'
import { unfinishedName, writeAll } from '@main/platform/durable-file.ts'
import { readFileText } from '@main/platform/file-content.ts'
import { nodeFileCalls, type FileCalls } from '@main/platform/file-calls.ts'
import { removeLeftovers } from '@main/platform/leftovers.ts'
import type { Liveness } from '@main/platform/process-liveness.ts'
import { LabError } from '@shared/failures/failure.ts'
import { storedJson } from './stored-json.ts'
import {
  holderSchema,
  holderText,
  newHolder,
  noLongerHeld,
  parseHolder,
  stateOfHolder,
  type LockHolder,
} from './lock-holder.ts'

/** A lock as found. */
export interface LockState {
  /** Number of the lock; 0 when nobody ever took it. */
  readonly number: number
  /** Null when nobody ever took it, or its file cannot be read. */
  readonly holder: LockHolder | null
  /** `free`: nobody holds it; else what is known of its holder. */
  readonly state: 'free' | Liveness
}

/** How to take a lock. */
export interface TakeOptions {
  readonly program: LockHolder['program']
  /** Names the holder beside its process; a new one when left out. */
  readonly token?: string
  /** The number that must be the latest still; somebody else has been there otherwise. Any when left out. */
  readonly after?: number
}

/** Longest wait for somebody who only makes a change. */
const momentMs = 5_000
/** Wait for the content of a file that was made under its name at once. */
const contentMs = 1_000
const lookAgainMs = 20

/** System errors of `link` on file systems that have no links. */
const noLinks: ReadonlySet<string> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
  'UNKNOWN',
])

/** The lock of one run. */
export class RunLock {
  readonly #folder: string
  readonly #runId: string
  readonly #calls: FileCalls
  #held: LockHolder | null = null
  #number = 0

  /**
   * @param runFolder the run's folder
   * @param runId for messages
   * @param calls file-system calls; tests replace them
   */
  constructor(runFolder: string, runId: string, calls: FileCalls = nodeFileCalls) {
    this.#folder = join(runFolder, 'lock')
    this.#runId = runId
    this.#calls = calls
  }

  /** Whether this object took the lock and has not given it back. */
  get isTaken(): boolean {
    return this.#held !== null
  }

  /** The file that shows who holds the lock. */
  get path(): string {
    return this.#path(this.isTaken ? this.#number : this.#latest().number)
  }

  /** The lock as it stands. */
  look(): LockState {
    for (let waitedMs = 0; ; waitedMs += lookAgainMs) {
      const { number, isFree } = this.#latest()
      const holder = number === 0 ? null : this.#holder(number, isFree)
      if (isFree) return { number, holder, state: 'free' }
      if (holder !== null) return { number, holder, state: stateOfHolder(holder) }
      if (waitedMs >= contentMs) return { number, holder, state: 'gone' }
      wait(lookAgainMs)
    }
  }

  /**
   * Takes the lock, unless somebody who is not known to be gone holds it.
   *
   * @param options for what
   * @failure run-already-active, naming the holder; disk-full
   */
  take(options: TakeOptions): void {
    const { program, token = randomUUID(), after } = options
    const started = performance.now()
    for (;;) {
      const found = this.look()
      if (after !== undefined && found.number !== after) throw this.heldBy(found)
      const isHeld = found.state === 'alive' || found.state === 'unknown'
      if (!isHeld) {
        if (this.#claim(found.number + 1, program, token)) return
      } else if (found.holder?.program !== 'lab' || performance.now() - started > momentMs) {
        throw this.heldBy(found)
      }
      wait(lookAgainMs)
    }
  }

  /**
   * Takes the lock away from a holder that is not known to be gone.
   *
   * @param found as it was looked at; somebody who took it since keeps it
   * @failure run-already-active, disk-full
   */
  takeAway(found: LockState): void {
    if (!this.#claim(found.number + 1, 'lab', randomUUID())) throw this.heldBy(this.look())
  }

  /**
   * Makes sure that what was taken is still held.
   *
   * @failure run-already-active when somebody took the lock away
   */
  assertHeld(): void {
    if (!this.#isLatest()) throw this.heldBy()
  }

  /** Gives the lock back, if it is still held. */
  release(): void {
    if (this.#held === null) return
    noLongerHeld(this.#held)
    this.#held = null
    try {
      if (this.#isLatest()) this.#calls.rename(this.#path(this.#number), this.#path(this.#number, true))
    } catch {
      // This process knows that it holds nothing any more; to others, its end shows it.
    }
  }

  /**
   * The failure of whoever finds the run in other hands; it names them.
   *
   * @param found the lock as it was looked at
   */
  heldBy(found: LockState = this.look()): LabError {
    const { holder, state } = found
    const advice =
      state === 'unknown'
        ? `If that process is gone, "lab unlock ${this.#runId}" takes the lock away.`
        : 'Wait until it has ended, or pause it there.'
    return new LabError(
      'run-already-active',
      `Run ${this.#runId} is in the hands of ${holder === null ? 'another program' : holderText(holder)}.`,
      advice,
    )
  }

  #claim(number: number, program: LockHolder['program'], token: string): boolean {
    const holder = newHolder(token, program)
    let isMade = false
    try {
      this.#calls.makeFolder(this.#folder)
      isMade = this.#make(holder, this.#path(number))
    } catch (thrown) {
      throw writeFailure(thrown, this.#folder)
    } finally {
      if (!isMade) noLongerHeld(holder)
    }
    if (!isMade) return false
    this.#held = holder
    this.#number = number
    this.#removeOlder()
    return true
  }

  /** Makes a file that must not be there yet, with its content. */
  #make(holder: LockHolder, path: string): boolean {
    const temporary = this.#write(holder)
    try {
      this.#calls.link(temporary, path)
      return true
    } catch (thrown) {
      const code = systemErrorCode(thrown)
      // A shared file system may report a failure for a link that it made.
      if (this.#calls.status(temporary).nlink === 2) return true
      if (code === 'EEXIST') return false
      if (!noLinks.has(code)) throw thrown
      return this.#makeWithoutLink(holder, path)
    } finally {
      this.#remove(temporary)
    }
  }

  #makeWithoutLink(holder: LockHolder, path: string): boolean {
    try {
      this.#fill(this.#calls.open(path, 'wx'), holder)
      return true
    } catch (thrown) {
      if (systemErrorCode(thrown) === 'EEXIST') return false
      throw thrown
    }
  }

  #write(holder: LockHolder): string {
    const temporary = unfinishedName(join(this.#folder, 'taken'))
    this.#fill(this.#calls.open(temporary, 'w'), holder)
    return temporary
  }

  #fill(file: number, holder: LockHolder): void {
    try {
      writeAll(file, Buffer.from(storedJson(holder, holderSchema)), this.#calls)
    } finally {
      this.#calls.close(file)
    }
  }

  /** The lock is held by now, whatever becomes of its older files. */
  #removeOlder(): void {
    try {
      for (const { name, number } of this.#found())
        if (number < this.#number) this.#remove(join(this.#folder, name))
      removeLeftovers(this.#folder, this.#calls)
    } catch {
      // Whoever takes the lock next tidies up.
    }
  }

  #remove(path: string): void {
    try {
      this.#calls.unlink(path)
    } catch {
      // Whoever takes the lock next tidies up.
    }
  }

  #holder(number: number, isFree: boolean): LockHolder | null {
    try {
      return parseHolder(readFileText(this.#path(number, isFree), this.#calls))
    } catch {
      return null
    }
  }

  #isLatest(): boolean {
    const { number, isFree } = this.#latest()
    return number === this.#number && !isFree
  }

  #latest(): { readonly number: number; readonly isFree: boolean } {
    return this.#found().reduce((latest, other) => (other.number > latest.number ? other : latest), never)
  }

  #found(): { readonly name: string; readonly number: number; readonly isFree: boolean }[] {
    try {
      return this.#calls.list(this.#folder).flatMap((name) => {
        const [, number, free] = /^(\d+)(\.free)?\.json$/.exec(name) ?? []
        return number === undefined ? [] : [{ name, number: Number(number), isFree: free !== undefined }]
      })
    } catch (thrown) {
      if (systemErrorCode(thrown) === 'ENOENT') return []
      throw readFailure(thrown, this.#folder)
    }
  }

  #path(number: number, isFree = false): string {
    return join(this.#folder, `${number}${isFree ? '.free' : ''}.json`)
  }
}

/** Nobody ever took the lock. */
const never = { name: '', number: 0, isFree: true }

function wait(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
