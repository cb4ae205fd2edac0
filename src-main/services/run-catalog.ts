/** Every run of a home as lists show it: records, names of studies, and where the running one stands. */
import { basename } from 'node:path'
import type { Logger } from '@main/platform/logger.ts'
import { entryNames, listEntries } from '@main/storage/entry-listing.ts'
import { RunFolder } from '@main/storage/run-folder.ts'
import { RunIndex } from '@main/storage/run-index.ts'
import type { RunRecord } from '@main/storage/run-record.ts'
import type { StudyLibrary } from '@main/storage/study-library.ts'
import type { RunConfig } from '@shared/config/run-config.ts'
import { LabError } from '@shared/failures/failure.ts'
import type { RunEvent } from '@shared/results/run-event.ts'
import { runListItemSchema, type RunListItem } from '@shared/results/run-list-item.ts'
import { LoggedPositions } from './logged-position.ts'
import { toRunListItem } from './run-list-item.ts'
import { RunProgress } from './run-progress.ts'
import type { UnreadableReport } from './unreadable-report.ts'
import type { UnreadableRun } from '@shared/results/unreadable-run.ts'

/** Runs looked at for an estimate of time; older ones add nothing. */
const recentRuns = 200
/** Raised whenever `toRunListItem` changes what it answers for the same run. */
const rowVersion = 2

/** Reads runs; follows those whose events pass through this lab. */
export class RunCatalog {
  readonly #home: string
  readonly #studies: StudyLibrary
  readonly #index: RunIndex<RunListItem>
  readonly #followed = new Map<string, RunProgress>()
  readonly #unreadable: UnreadableReport
  readonly #logged = new LoggedPositions()
  readonly #studyNames = new Map<string, string>()

  /**
   * @param home LAB_HOME
   * @param studies where the names of studies are
   * @param logger told when the index cannot be used
   * @param unreadable told what cannot be listed
   */
  constructor(home: string, studies: StudyLibrary, logger: Logger, unreadable: UnreadableReport) {
    this.#unreadable = unreadable
    this.#home = home
    this.#studies = studies
    // Names of studies are added after reading: a run is there a moment before its study is.
    const toRow = (record: RunRecord): RunListItem => this.#withoutStudyName(record)
    this.#index = new RunIndex(home, { toRow, rowSchema: runListItemSchema, rowVersion, logger })
  }

  /** Every run whose record can be read, newest first. */
  list(): RunListItem[] {
    return [...this.#unreadable.entriesOf(this.#index.list())]
      .reverse()
      .map((item) => this.#withStudyName(item))
  }

  /** Every run whose record cannot be read, oldest first. */
  unreadable(): UnreadableRun[] {
    const { unreadable } = this.#index.list()
    // Only then: the studies are read for it.
    if (unreadable.length === 0) return []
    const studies = this.#studies.list().entries
    return unreadable.map(({ path, failure }) => {
      const runId = basename(path)
      const studyId = studies.find(({ runIds }) => runIds.includes(runId))?.studyId ?? null
      return { runId, studyId, folder: path, reason: failure.message, hint: failure.hint }
    })
  }

  /** The newest runs' records, newest first. */
  recentRecords(): RunRecord[] {
    const recent = new Set(entryNames(this.#home, 'runs').slice(-recentRuns))
    const { entries } = listEntries(this.#home, 'runs', (runId) =>
      recent.has(runId) ? [RunFolder.open(this.#home, runId).read()] : [],
    )
    return entries.flat().reverse()
  }

  /** Runs that wait, first to last. */
  queuedRunIds(): string[] {
    const queued = this.#index.list().entries.filter((item) => item.status === 'queued')
    // Sorting is stable: runs of equal position keep the order of their age.
    return queued
      .map(({ runId }) => ({
        runId,
        position: RunFolder.open(this.#home, runId).read().queuePosition ?? Number.MAX_SAFE_INTEGER,
      }))
      .sort((a, b) => a.position - b.position)
      .map(({ runId }) => runId)
  }

  /** @param event an event of a run that this lab carries out */
  follow(event: RunEvent): void {
    if (event.type === 'run-ended') this.#followed.delete(event.runId)
    // A remark may come after the end, and says nothing about where the run stands.
    if (event.type === 'run-ended' || event.type === 'message') return
    let progress = this.#followed.get(event.runId)
    if (progress === undefined) {
      const config = this.#configOf(event.runId)
      if (config === null) return
      progress = new RunProgress(config)
      this.#followed.set(event.runId, progress)
    }
    progress.apply(event)
  }

  /**
   * A run as lists show it.
   *
   * @param runId which run
   * @throws LabError `not-found`
   */
  item(runId: string): RunListItem {
    return this.itemOf(RunFolder.open(this.#home, runId).read())
  }

  /** @param record a run's record */
  itemOf(record: RunRecord): RunListItem {
    return this.#withStudyName(this.#withoutStudyName(record))
  }

  /** Lets go of the index. */
  close(): void {
    this.#index.close()
  }

  #configOf(runId: string): RunConfig | null {
    try {
      return RunFolder.open(this.#home, runId).read().config
    } catch (thrown) {
      // A person may delete a run's folder while it is being trained.
      if (thrown instanceof LabError) return null
      throw thrown
    }
  }

  #withoutStudyName(record: RunRecord): RunListItem {
    const followed = this.#followed.get(record.runId)?.position ?? null
    const isUntouched = record.startedAt === null
    const position =
      followed ?? (isUntouched ? null : this.#logged.of(RunFolder.open(this.#home, record.runId).eventsPath))
    return toRunListItem(record, null, position)
  }

  #withStudyName(item: RunListItem): RunListItem {
    return item.studyId === null ? item : { ...item, studyName: this.#studyName(item.studyId) }
  }

  #studyName(studyId: string): string | null {
    const known = this.#studyNames.get(studyId)
    if (known !== undefined) return known
    try {
      const { name } = this.#studies.get(studyId)
      this.#studyNames.set(studyId, name)
      return name
    } catch (thrown) {
      // A study that was removed or damaged leaves its runs without a name, not without a line.
      if (thrown instanceof LabError) return null
      throw thrown
    }
  }
}
