/** Imported checkpoints: `checkpoints/<id>.json`. The weights stay where they are; size, time and digest are noted. */
import { join } from 'node:path'
import { z } from 'zod'
import { writeFailure } from '@main/platform/disk-failure.ts'
import { writeFileDurably } from '@main/platform/durable-file.ts'
import { sha256OfFile } from '@main/platform/file-hash.ts'
import { removeDurably } from '@main/platform/file-content.ts'
import { nodeFileCalls, type FileCalls } from '@main/platform/file-calls.ts'
import { statIfPresent } from '@main/platform/stat-if-present.ts'
import { LabError } from '@shared/failures/failure.ts'
import { checkpointSummarySchema, type CheckpointSummary } from '@shared/results/checkpoint-summary.ts'
import { listEntries, type Listing } from './entry-listing.ts'
import { entryPath, sectionFolder } from './lab-home.ts'
import type { RunRecord } from './run-record.ts'
import { readStoredJson, storedJson } from './stored-json.ts'

/** What a checkpoint's file in the data folder holds. */
export const storedCheckpointSchema = z.object({
  summary: checkpointSummarySchema,
  /** File → time of its last change in milliseconds when its digest was last taken. */
  modifiedMs: z.record(z.string(), z.number()),
})

/** The checkpoint a run refers to: its own weights' sizes and digests, and where they lie. */
export type CheckpointReference = RunRecord['checkpoint']

/** Checkpoints of one data folder. */
export class CheckpointLibrary {
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
   * Keeps a checkpoint's description. The same content added again keeps the time at which it was first added; if it
   * lies elsewhere now, the new folder counts.
   *
   * @param summary what was found in the folder
   * @failure disk-full
   */
  add(summary: CheckpointSummary): CheckpointSummary {
    const path = this.#path(summary.checkpointId)
    const addedAt = statIfPresent(path) ? this.get(summary.checkpointId).addedAt : summary.addedAt
    const kept: CheckpointSummary = { ...summary, addedAt }
    this.#write(kept, modificationTimes(summary))
    return kept
  }

  /** Where checkpoints that came in an archive are unpacked, each into a folder with its identifier. */
  get unpackedPath(): string {
    return join(sectionFolder(this.#home, 'checkpoints'), 'unpacked')
  }

  /** Where checkpoints that were fetched from a hub lie, each commit of each model in a folder of its own. */
  get hubPath(): string {
    return join(sectionFolder(this.#home, 'checkpoints'), 'hub')
  }

  /**
   * One checkpoint.
   *
   * @param checkpointId its identifier
   * @failure not-found, file-unreadable
   */
  get(checkpointId: string): CheckpointSummary {
    return this.#read(checkpointId).summary
  }

  /** Every checkpoint, oldest first. */
  list(): Listing<CheckpointSummary> {
    const { entries, unreadable } = listEntries(this.#home, 'checkpoints', (name) =>
      name.endsWith('.json') ? [this.get(name.slice(0, -'.json'.length))] : [],
    )
    return {
      entries: entries.flat().sort((left, right) => left.addedAt.localeCompare(right.addedAt)),
      unreadable,
    }
  }

  /**
   * Forgets a checkpoint; its folder is left alone.
   *
   * @param checkpointId its identifier
   * @failure not-found
   */
  remove(checkpointId: string): void {
    this.#read(checkpointId)
    removeDurably(this.#path(checkpointId), this.#calls)
  }

  /**
   * Makes sure that a checkpoint's files are those a run was launched with. Digests are taken only where the size is
   * right and the time of change is not the one noted.
   *
   * @param reference what the run recorded
   * @failure checkpoint-changed when a file is gone or another
   */
  async verifyCheckpointFiles(reference: CheckpointReference): Promise<void> {
    const noted = this.#notedTimes(reference)
    const refreshed: Record<string, number> = {}
    for (const file of reference.files) {
      const path = join(reference.folder, file.path)
      const found = statIfPresent(path)
      if (found === null) throw changed(reference, `${file.path} is gone`)
      if (!found.isFile()) throw changed(reference, `${file.path} is no file any more`)
      if (found.size !== file.bytes) {
        throw changed(reference, `${file.path} has ${found.size} bytes, it had ${file.bytes}`)
      }
      if (noted[file.path] === found.mtimeMs) continue
      if ((await sha256OfFile(path)) !== file.sha256)
        throw changed(reference, `the content of ${file.path} is another`)
      refreshed[file.path] = found.mtimeMs
    }
    if (Object.keys(refreshed).length > 0) this.#noteTimes(reference, { ...noted, ...refreshed })
  }

  /** Times noted for exactly these files; none when the library knows another folder or other digests. */
  #notedTimes(reference: CheckpointReference): Readonly<Record<string, number>> {
    const stored = this.#readIfPresent(reference.checkpointId)
    return stored !== null && isSame(stored.summary, reference) ? stored.modifiedMs : {}
  }

  /** Spares the next run the digests; where that fails they are simply taken again. */
  #noteTimes(reference: CheckpointReference, modifiedMs: Readonly<Record<string, number>>): void {
    const stored = this.#readIfPresent(reference.checkpointId)
    if (stored === null || !isSame(stored.summary, reference)) return
    try {
      this.#write(stored.summary, modifiedMs)
    } catch (thrown) {
      if (!(thrown instanceof LabError)) throw thrown
    }
  }

  #readIfPresent(checkpointId: string): z.output<typeof storedCheckpointSchema> | null {
    try {
      return this.#read(checkpointId)
    } catch (thrown) {
      if (thrown instanceof LabError) return null
      throw thrown
    }
  }

  #read(checkpointId: string): z.output<typeof storedCheckpointSchema> {
    const path = this.#path(checkpointId)
    if (!statIfPresent(path)) {
      throw new LabError(
        'not-found',
        `There is no checkpoint “${checkpointId}” in ${sectionFolder(this.#home, 'checkpoints')}.`,
        '`lab checkpoint list` lists the checkpoints.',
      )
    }
    return readStoredJson(path, storedCheckpointSchema)
  }

  #write(summary: CheckpointSummary, modifiedMs: Readonly<Record<string, number>>): void {
    const section = sectionFolder(this.#home, 'checkpoints')
    const text = storedJson({ summary, modifiedMs }, storedCheckpointSchema)
    try {
      this.#calls.makeFolder(section)
      writeFileDurably(this.#path(summary.checkpointId), text, this.#calls)
    } catch (thrown) {
      throw writeFailure(thrown, section)
    }
  }

  #path(checkpointId: string): string {
    return `${entryPath(this.#home, 'checkpoints', checkpointId)}.json`
  }
}

function modificationTimes(summary: CheckpointSummary): Record<string, number> {
  const times: Record<string, number> = {}
  for (const { path } of summary.files) {
    const found = statIfPresent(join(summary.folder, path))
    if (found !== null) times[path] = found.mtimeMs
  }
  return times
}

function isSame(summary: CheckpointSummary, reference: CheckpointReference): boolean {
  const digests = (files: readonly { readonly path: string; readonly sha256: string }[]): string =>
    files
      .map(({ path, sha256 }) => `${path}\n${sha256}`)
      .sort()
      .join('\n')
  return summary.folder === reference.folder && digests(summary.files) === digests(reference.files)
}

function changed(reference: CheckpointReference, what: string): LabError {
  return new LabError(
    'checkpoint-changed',
    `Checkpoint ${reference.checkpointId} in ${reference.folder} is no longer what it was when it was added: ${what}.`,
    'Put the old files back, or add the checkpoint again and launch a new run.',
  )
}
