/** Launched studies: `studies/<id>/study.json`, the description and the runs that came of it. */
import { join } from 'node:path'
import { z } from 'zod'
import { writeFailure } from '@main/platform/disk-failure.ts'
import { renameDurably, unfinishedName, writeFileDurably } from '@main/platform/durable-file.ts'
import { removeDurably, removeUnfinished } from '@main/platform/file-content.ts'
import { nodeFileCalls, type FileCalls } from '@main/platform/file-calls.ts'
import { statIfPresent } from '@main/platform/stat-if-present.ts'
import { studyConfig } from '@shared/config/study-config.ts'
import { LabError } from '@shared/failures/failure.ts'
import type { Recorded } from '@shared/config/recorded.ts'
import { listEntries, type Listing } from './entry-listing.ts'
import { entryPath, sectionFolder } from './lab-home.ts'
import { readStoredJson, storedJson } from './stored-json.ts'

/** What `study.json` holds. */
export const studyRecordSchema = z.object({
  schemaVersion: z.literal(1),
  studyId: z.string().min(1),
  name: z.string(),
  config: studyConfig,
  /** Its runs in the order of the study. */
  runIds: z.array(z.string()),
  /** ISO 8601. */
  createdAt: z.string(),
})

/** A launched study. */
export type StudyRecord = Recorded<typeof studyRecordSchema>

/** Studies of one data folder. */
export class StudyLibrary {
  readonly #home: string
  readonly #calls: FileCalls

  /**
   * @param home data folder
   * @param calls file-system calls; tests replace them
   */
  constructor(home: string, calls: FileCalls = nodeFileCalls) {
    this.#home = home
    this.#calls = calls
  }

  /**
   * Keeps a study; it appears whole or not at all.
   *
   * @param record the study
   * @failure disk-full
   */
  add(record: StudyRecord): StudyRecord {
    const path = entryPath(this.#home, 'studies', record.studyId)
    const temporary = unfinishedName(path)
    try {
      this.#calls.makeFolder(temporary)
      writeFileDurably(join(temporary, 'study.json'), storedJson(record, studyRecordSchema), this.#calls)
      renameDurably(temporary, path, this.#calls)
    } catch (thrown) {
      removeUnfinished(temporary, this.#calls)
      throw writeFailure(thrown, sectionFolder(this.#home, 'studies'))
    }
    return record
  }

  /**
   * One study.
   *
   * @param studyId its identifier
   * @failure not-found, file-unreadable
   */
  get(studyId: string): StudyRecord {
    const path = join(entryPath(this.#home, 'studies', studyId), 'study.json')
    if (!statIfPresent(path)) {
      throw new LabError(
        'not-found',
        `There is no study “${studyId}” in ${sectionFolder(this.#home, 'studies')}.`,
        '`lab runs` lists the runs with their studies.',
      )
    }
    return readStoredJson(path, studyRecordSchema)
  }

  /** Every study, oldest first. */
  list(): Listing<StudyRecord> {
    return listEntries(this.#home, 'studies', (name) => this.get(name))
  }

  /**
   * Forgets a study; its runs stay.
   *
   * @param studyId its identifier
   * @failure not-found
   */
  remove(studyId: string): void {
    this.get(studyId)
    const path = entryPath(this.#home, 'studies', studyId)
    removeDurably(path, this.#calls)
  }

  /**
   * Removes a study whose launch failed, if it was written.
   *
   * @param studyId its identifier
   */
  discard(studyId: string): void {
    removeUnfinished(entryPath(this.#home, 'studies', studyId), this.#calls)
  }
}
