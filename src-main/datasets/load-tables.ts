/** Files to tables whose columns have roles: bytes → text → dialect → table → columns, each once. */
import { readingByItself, type DatasetReading } from '@shared/contracts/dataset-reading.ts'
import { LabError } from '@shared/failures/failure.ts'
import type { TaskId } from '@shared/tasks/task.ts'
import { tasks } from '@shared/tasks/task.ts'
import { recognizedColumns } from './column-names.ts'
import { findColumns, listed, namesText, type ColumnRoles } from './column-roles.ts'
import { readDataFile } from './data-file.ts'
import type { DatasetFile } from './dataset-files.ts'
import { decodeFileText } from './file-text.ts'
import { hiddenLabelsNote } from './hidden-labels.ts'
import { countLabels, type LabelCensus } from './label-census.ts'
import { readTable } from './read-table.ts'
import { hasDecimalCommas } from './read-scores.ts'
import type { LabelledTable } from './recognize-task.ts'
import type { Table } from './table.ts'
import { encodingName } from './text-decoder.ts'

/** A file of the data set, its table and what stands in its columns. */
export interface LoadedFile extends DatasetFile, LabelledTable {
  readonly sha256: string
  readonly invalidLines: ReadonlySet<number>
  /** What the person should know about the reading. */
  readonly notes: readonly string[]
}

/** The files that hold tables, at least one, and the others. */
export interface LoadedFiles {
  readonly files: readonly [LoadedFile, ...LoadedFile[]]
  readonly leftOut: readonly { readonly path: string; readonly reason: string }[]
}

/** What is known before the files are read. */
export interface LoadRules {
  readonly reading: DatasetReading
  /** Given by the person, or the folder's name; null: neither. */
  readonly expectedTask: TaskId | null
}

interface TabledFile extends DatasetFile {
  readonly table: Table
  readonly roles: ColumnRoles
  readonly sha256: string
  readonly invalidLines: ReadonlySet<number>
}

/**
 * Reads every file; those that were only found beside the others may turn out to be something else.
 *
 * @param files answer of `listDatasetFiles`
 * @param rules what is known before
 * @failure not-found, file-unreadable, file-empty, file-binary, file-encoding, dataset-unrecognized, dataset-ambiguous,
 *   invalid-argument
 */
export async function loadTables(files: readonly DatasetFile[], rules: LoadRules): Promise<LoadedFiles> {
  const encoding = rules.reading.encoding === null ? null : encodingName(rules.reading.encoding)
  const tabled: TabledFile[] = []
  const leftOut: { path: string; reason: string }[] = []
  let firstFailure: LabError | null = null
  for (const file of files) {
    try {
      tabled.push(await tabledFile(file, rules, encoding))
    } catch (thrown) {
      if (!file.isOptional || !(thrown instanceof LabError)) throw thrown
      firstFailure ??= thrown
      leftOut.push({ path: file.path, reason: thrown.message })
    }
  }
  const training = tabled.find(({ split }) => split === 'train')
  const trainingCensus = training === undefined ? null : censusOf(training)
  const [first, ...others] = tabled.map((file) => labelledFile(file, trainingCensus))
  if (first === undefined) throw firstFailure ?? new Error('A data set was listed without files.')
  return { files: [first, ...others], leftOut }
}

async function tabledFile(
  file: DatasetFile,
  { reading, expectedTask }: LoadRules,
  encoding: string | null,
): Promise<TabledFile> {
  const data = await readDataFile(file.path)
  const text = decodeFileText(data, encoding)
  const table = readTable(text, { reading, isCola: expectedTask === 'cola' && !file.isOptional })
  const kind = expectedTask === null ? null : tasks[expectedTask].kind
  const roles = findColumns(table, reading, kind)
  if (roles === null) throw withoutText(table)
  return { ...file, table, roles, sha256: data.sha256, invalidLines: text.invalidLines }
}

function labelledFile(file: TabledFile, training: LabelCensus | null): LoadedFile {
  const census = file.split === 'train' ? training : censusOf(file)
  const hidden = census === null ? null : hiddenLabelsNote(census, training)
  const labels = hidden === null ? census : null
  return {
    ...file,
    roles: hidden === null ? file.roles : { ...file.roles, label: null },
    census: labels,
    hasDecimalCommas: labels !== null && hasDecimalCommas(labels, file.table.dialect),
    notes: hidden === null ? file.table.notes : [...file.table.notes, hidden],
  }
}

function censusOf({ table, split, roles }: TabledFile): LabelCensus | null {
  return roles.label === null ? null : countLabels(table, split, roles.label)
}

function withoutText({ path, columns, rows }: Table): LabError {
  const outer = columns.find((_, column) => {
    const field = rows[0]?.fields[column]
    return typeof field === 'object' && namesText(field.keys ?? [], readingByItself)
  })
  if (outer !== undefined)
    return new LabError(
      'dataset-unrecognized',
      `${path}: the text lies deeper, in the object that the key "${outer}" holds; the lab reads keys of the row itself.`,
      `Write what "${outer}" holds into the row itself: {"text": "…", "label": "…"}.`,
    )
  return new LabError(
    'dataset-unrecognized',
    `${path} has no text under a key that the lab knows (${recognizedColumns.text}); its keys are ${listed(columns)}.`,
    'Name the keys of the text and the label (--text-column, --label-column), or rename them.',
  )
}
