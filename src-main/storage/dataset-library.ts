/** Imported data sets: `datasets/<id>/{dataset.json, <split>.jsonl}`, the examples copied as parsed. */
import { join } from 'node:path'
import { readFailure, systemErrorCode, writeFailure } from '@main/platform/disk-failure.ts'
import { renameDurably, syncFolder, unfinishedName, writeNewFile } from '@main/platform/durable-file.ts'
import { readFileText, removeDurably, removeUnfinished } from '@main/platform/file-content.ts'
import { nodeFileCalls, type FileCalls } from '@main/platform/file-calls.ts'
import { removeLeftovers } from '@main/platform/leftovers.ts'
import { readLines } from '@main/platform/read-lines.ts'
import { statIfPresent } from '@main/platform/stat-if-present.ts'
import { LabError } from '@shared/failures/failure.ts'
import {
  datasetSummarySchema,
  exampleSchema,
  type DatasetSummary,
  type Example,
  type SplitName,
} from '@shared/results/dataset-summary.ts'
import { listEntries, type Listing } from './entry-listing.ts'
import { datasetIdFor } from './identifiers.ts'
import { entryPath, sectionFolder } from './lab-home.ts'
import { parseStoredJson, readStoredJson, storedJson } from './stored-json.ts'

/** Data sets of one data folder. */
export class DatasetLibrary {
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
   * Keeps a data set; all of it or nothing. Adding the same content under the same name again answers the entry that is
   * there.
   *
   * @param summary what was parsed; its `datasetId` is replaced by the one made of name and content
   * @param examples the examples of every split that the summary names
   * @failure disk-full
   */
  add(summary: DatasetSummary, examples: Readonly<Record<SplitName, readonly Example[]>>): DatasetSummary {
    const { id, existing } = this.#place(summary)
    if (existing !== null) return existing
    const stored: DatasetSummary = { ...summary, datasetId: id }
    const path = entryPath(this.#home, 'datasets', id)
    const temporary = unfinishedName(path)
    removeLeftovers(sectionFolder(this.#home, 'datasets'))
    try {
      this.#calls.makeFolder(temporary)
      for (const split of Object.keys(summary.splits)) {
        const lines = (examples[split] ?? []).map((example) => storedJson(example, exampleSchema, 0))
        writeNewFile(join(temporary, splitFileName(split)), Buffer.from(lines.join(''), 'utf8'), this.#calls)
      }
      writeNewFile(
        join(temporary, 'dataset.json'),
        Buffer.from(storedJson(stored, datasetSummarySchema), 'utf8'),
        this.#calls,
      )
      syncFolder(temporary, this.#calls)
      renameDurably(temporary, path, this.#calls)
    } catch (thrown) {
      removeUnfinished(temporary, this.#calls)
      // Another process may have added the same content a moment ago.
      if (['ENOTEMPTY', 'EEXIST'].includes(systemErrorCode(thrown))) return this.get(id)
      throw writeFailure(thrown, sectionFolder(this.#home, 'datasets'))
    }
    return stored
  }

  /**
   * One data set without its examples.
   *
   * @param datasetId its identifier
   * @failure not-found, file-unreadable
   */
  get(datasetId: string): DatasetSummary {
    const path = join(entryPath(this.#home, 'datasets', datasetId), 'dataset.json')
    if (!statIfPresent(path)) {
      throw new LabError(
        'not-found',
        `There is no data set “${datasetId}” in ${sectionFolder(this.#home, 'datasets')}.`,
        '`lab dataset list` lists the data sets.',
      )
    }
    return readStoredJson(path, datasetSummarySchema)
  }

  /** Every data set, oldest first. */
  list(): Listing<DatasetSummary> {
    const { entries, unreadable } = listEntries(this.#home, 'datasets', (name) => this.get(name))
    return {
      entries: [...entries].sort((left, right) => left.addedAt.localeCompare(right.addedAt)),
      unreadable,
    }
  }

  /**
   * Every example of a split.
   *
   * @param datasetId its identifier
   * @param split name of the split
   * @failure not-found, dataset-split-missing, file-unreadable
   */
  examples(datasetId: string, split: SplitName): Example[] {
    const path = this.#splitPath(datasetId, split)
    let text: string
    try {
      text = readFileText(path, this.#calls)
    } catch (thrown) {
      throw readFailure(thrown, path)
    }
    const lines = text.split('\n')
    lines.pop()
    return lines.map((line) => parseStoredJson(line, path, exampleSchema))
  }

  /**
   * Some examples of a split, without reading those behind them.
   *
   * @param datasetId its identifier
   * @param split name of the split
   * @param offset examples to skip
   * @param limit examples at most
   * @failure not-found, dataset-split-missing, file-unreadable
   */
  async examplePage(datasetId: string, split: SplitName, offset: number, limit: number): Promise<Example[]> {
    const path = this.#splitPath(datasetId, split)
    const page: Example[] = []
    let index = 0
    for await (const line of readLines(path)) {
      if (page.length >= limit) break
      if (index >= offset) page.push(parseStoredJson(line, path, exampleSchema))
      index += 1
    }
    return page
  }

  /**
   * Removes a data set. Runs that used it keep their results but cannot be resumed.
   *
   * @param datasetId its identifier
   * @failure not-found
   */
  remove(datasetId: string): void {
    this.get(datasetId)
    const path = entryPath(this.#home, 'datasets', datasetId)
    removeDurably(path, this.#calls)
  }

  /** An identifier for the data set, or the entry that holds the very same. */
  #place(summary: DatasetSummary): { readonly id: string; readonly existing: DatasetSummary | null } {
    const plain = datasetIdFor(summary.name, summary.contentSha256)
    // The same rows may be read as another task, or two digests may start alike; then the identifier gets a number.
    for (let attempt = 1; ; attempt += 1) {
      const id = attempt === 1 ? plain : `${plain}-${attempt}`
      const path = join(entryPath(this.#home, 'datasets', id), 'dataset.json')
      if (!statIfPresent(path)) return { id, existing: null }
      const existing = this.get(id)
      if (existing.contentSha256 === summary.contentSha256 && existing.task === summary.task)
        return { id, existing }
    }
  }

  #splitPath(datasetId: string, split: SplitName): string {
    const summary = this.get(datasetId)
    if (!Object.hasOwn(summary.splits, split)) {
      throw new LabError(
        'dataset-split-missing',
        `Data set ${datasetId} has no split “${split}”; it has ${Object.keys(summary.splits).join(', ')}.`,
        'Choose one of its splits, or import the missing file together with the others.',
      )
    }
    return join(entryPath(this.#home, 'datasets', datasetId), splitFileName(split))
  }
}

/** File of a split; a split may be named after any file, so what a file system could object to is escaped. */
function splitFileName(split: SplitName): string {
  return `${encodeURIComponent(split).replace(/[*.]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)}.jsonl`
}
