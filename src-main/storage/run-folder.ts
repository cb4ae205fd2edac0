/** A run on disk: `runs/<runId>/{run.json, events.ndjson, engine.log, checkpoints/<step>/}`. The truth about the run. */
import { basename, dirname, join } from 'node:path'
import { AppendOnlyFile } from '@main/platform/append-only-file.ts'
import { readFailure, systemErrorCode, writeFailure } from '@main/platform/disk-failure.ts'
import { renameDurably, unfinishedName, writeFileDurably } from '@main/platform/durable-file.ts'
import { readFileText, removeUnfinished } from '@main/platform/file-content.ts'
import { nodeFileCalls, type FileCalls } from '@main/platform/file-calls.ts'
import { statIfPresent } from '@main/platform/stat-if-present.ts'
import { LabError } from '@shared/failures/failure.ts'
import type { RunEvent } from '@shared/results/run-event.ts'
import { withoutBrokenScores } from '@shared/results/undefined-score.ts'
import { effectiveStatus } from './effective-status.ts'
import { eventLines, mustReachDisk, parseEvents, type EventLog } from './event-log.ts'
import { entryPath } from './lab-home.ts'
import { RunLock } from './run-lock.ts'
import { runRecordSchema, type RunRecord } from './run-record.ts'
import { readStoredJson, storedJson } from './stored-json.ts'

/** What of a record may change; its identity may not. */
export type RunPatch = Partial<Omit<RunRecord, 'schemaVersion' | 'runId'>>

/** A run's folder that nobody sees yet. */
export interface StagedRun {
  readonly runId: string
  /** Gives it its name. */
  readonly publish: () => void
  /** Removes it, published or not. */
  readonly discard: () => void
}

/**
 * One run's folder. It is changed only by whoever holds the run's lock: the engine for as long as it trains; for a moment
 * whoever queues, cancels or concludes a run that no engine has in hand. Everybody may read.
 *
 * @ownership Holds the log open from the first `appendEvents`, and the lock from `lock.take`; `close` lets go of both.
 */
export class RunFolder {
  readonly path: string
  readonly #calls: FileCalls
  readonly #log: AppendOnlyFile
  /** Who has the run in hand. */
  readonly lock: RunLock

  private constructor(path: string, calls: FileCalls) {
    this.path = path
    this.lock = new RunLock(path, basename(path), calls)
    this.#calls = calls
    this.#log = new AppendOnlyFile(join(path, 'events.ndjson'), calls)
  }

  /**
   * Makes a run's folder; it appears with its record or not at all.
   *
   * @param home data folder
   * @param record the run's first state
   * @param calls file-system calls; tests replace them
   * @failure disk-full
   */
  static create(home: string, record: RunRecord, calls: FileCalls = nodeFileCalls): RunFolder {
    const staged = RunFolder.stage(home, record, calls)
    try {
      staged.publish()
    } catch (thrown) {
      staged.discard()
      throw thrown
    }
    return new RunFolder(entryPath(home, 'runs', record.runId), calls)
  }

  /**
   * Makes a run's folder that nobody sees yet, for runs that shall appear together with something else.
   *
   * @param home data folder
   * @param record the run's first state
   * @param calls file-system calls; tests replace them
   * @failure disk-full
   */
  static stage(home: string, record: RunRecord, calls: FileCalls = nodeFileCalls): StagedRun {
    const { runId } = record
    const path = entryPath(home, 'runs', runId)
    const temporary = unfinishedName(path)
    let isStaged = false
    const discard = (): void => {
      // Once its temporary name is gone it has the other; before, that would be another run's.
      const isPublished = isStaged && statIfPresent(temporary, calls) === null
      removeUnfinished(isPublished ? path : temporary, calls)
    }
    try {
      calls.makeFolder(temporary)
      writeFileDurably(join(temporary, 'run.json'), recordText(record), calls)
      isStaged = true
    } catch (thrown) {
      discard()
      throw writeFailure(thrown, dirname(path))
    }
    const publish = (): void => {
      try {
        renameDurably(temporary, path, calls)
      } catch (thrown) {
        throw writeFailure(thrown, dirname(path))
      }
    }
    return { runId, publish, discard }
  }

  /**
   * A run that exists.
   *
   * @param home data folder
   * @param runId its identifier
   * @param calls file-system calls; tests replace them
   * @failure not-found
   */
  static open(home: string, runId: string, calls: FileCalls = nodeFileCalls): RunFolder {
    const path = entryPath(home, 'runs', runId)
    if (!statIfPresent(join(path, 'run.json'), calls)) {
      throw new LabError(
        'not-found',
        `There is no run “${runId}” in ${dirname(path)}.`,
        '`lab runs` lists the runs.',
      )
    }
    return new RunFolder(path, calls)
  }

  /** Identifier of the run. */
  get runId(): string {
    return basename(this.path)
  }

  /** The file that keeps the run's record. */
  get recordPath(): string {
    return join(this.path, 'run.json')
  }

  /** The file that keeps the run's events. */
  get eventsPath(): string {
    return this.#log.path
  }

  /** The engine's log. */
  get logPath(): string {
    return join(this.path, 'engine.log')
  }

  /**
   * The run's state; a run that claims to be running while nobody has it in hand reads as interrupted.
   *
   * @failure file-unreadable when run.json is damaged, not-found when it is gone
   */
  read(): RunRecord {
    const record = this.#readRaw()
    return { ...record, status: effectiveStatus(record.status, () => this.lock.look().state) }
  }

  /**
   * Does something that nobody else may do at the same time: with the lock that this object has, or with one taken for it.
   *
   * @param change given the record as it stands then
   * @param after the lock's number that must be the latest still; any when left out
   * @failure run-already-active when somebody else has the run in hand
   */
  whileHeld<T>(change: (record: RunRecord) => T, after?: number): T {
    if (this.lock.isTaken) {
      this.lock.assertHeld()
      return change(this.#readRaw())
    }
    this.lock.take({ program: 'lab', ...(after === undefined ? {} : { after }) })
    try {
      return change(this.#readRaw())
    } finally {
      this.lock.release()
    }
  }

  /**
   * Changes the run's record as one step and answers the new one.
   *
   * @param patch what changes
   * @failure disk-full (the old record stays), file-unreadable; run-already-active when somebody else has the run in hand
   */
  update(patch: RunPatch): RunRecord {
    return this.whileHeld((found) => {
      const record: RunRecord = { ...found, ...patch }
      writeFileDurably(this.recordPath, recordText(record), this.#calls)
      return record
    })
  }

  /**
   * Adds events to the log in one write; at the end of an epoch, at a checkpoint and at the end of the run it returns
   * only once they have reached the disk. A last line that a crash has torn is cut off first.
   *
   * @param events in the order in which they happened
   * @failure disk-full (none of the events is kept); run-already-active when somebody else has the run in hand
   */
  appendEvents(events: readonly RunEvent[]): void {
    if (events.length === 0) return
    if (!this.lock.isTaken) return this.whileHeld(() => this.appendEvents(events))
    this.lock.assertHeld()
    this.#log.append(eventLines(events), mustReachDisk(events))
  }

  /**
   * Returns once every event appended so far has reached the disk.
   *
   * @failure disk-full
   */
  forceEvents(): void {
    try {
      this.#log.force()
    } catch (thrown) {
      throw writeFailure(thrown, this.path)
    }
  }

  /** Every event so far; a torn last line is dropped. */
  readEvents(): RunEvent[] {
    return [...this.readEventLog().events]
  }

  /** Every event so far, and the numbers of lines that hold none. */
  readEventLog(): EventLog {
    try {
      return parseEvents(readFileText(this.eventsPath, this.#calls))
    } catch (thrown) {
      if (systemErrorCode(thrown) === 'ENOENT') return { events: [], damagedLines: [] }
      throw readFailure(thrown, this.eventsPath)
    }
  }

  /** Folder of the run's checkpoints, whether or not it exists. */
  get checkpointsPath(): string {
    return join(this.path, 'checkpoints')
  }

  /**
   * Folder of the checkpoint after a step, whether or not it exists.
   *
   * @param step 1-based; 0 before the first
   */
  checkpointFolder(step: number): string {
    return join(this.checkpointsPath, String(step))
  }

  /** Steps after which a complete checkpoint stands, ascending. */
  checkpointSteps(): number[] {
    try {
      return this.#calls
        .list(this.checkpointsPath)
        .filter((name) => /^\d+$/.test(name))
        .map(Number)
        .sort((left, right) => left - right)
    } catch (thrown) {
      if (systemErrorCode(thrown) === 'ENOENT') return []
      throw readFailure(thrown, this.checkpointsPath)
    }
  }

  /** Lets go of the log, which a later append opens again, and of the lock. */
  close(): void {
    this.#log.close()
    this.lock.release()
  }

  #readRaw(): RunRecord {
    return withoutBrokenScores(readStoredJson(this.recordPath, runRecordSchema, this.#calls))
  }
}

function recordText(record: RunRecord): string {
  return storedJson(record, runRecordSchema)
}
