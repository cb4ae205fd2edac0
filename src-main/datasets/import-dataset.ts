/** From files to parsed examples: everything is read and checked before anything is handed on. */
import { LabError } from '@shared/failures/failure.ts'
import type { Example, ProblemRow, SplitName } from '@shared/results/dataset-summary.ts'
import { tasks, type TaskId } from '@shared/tasks/task.ts'
import { findColumns, recognizedColumns, type ColumnRoles } from './columns.ts'
import { readDataFile } from './data-file.ts'
import { datasetName, listDatasetFiles, type DatasetFile } from './dataset-files.ts'
import type { FileText } from './file-text.ts'
import { labelSet } from './label-set.ts'
import { readExamples } from './read-examples.ts'
import { readTable } from './read-table.ts'
import { recognizeTask, taskOfFolder } from './recognize-task.ts'
import type { Table } from './table.ts'

export { inspectDatasetPaths } from './inspect-dataset-paths.ts'

/** One split of a data set that has been read. */
export interface ParsedSplit {
  readonly examples: readonly Example[]
  /** File as the person gave it, and its content's sha256. */
  readonly source: { readonly path: string; readonly sha256: string }
}

/** A data set that has been read; its problem rows are not among the examples. */
export interface ParsedDataset {
  readonly name: string
  readonly task: TaskId
  /** Label names in index order; empty for regression. */
  readonly labels: readonly string[]
  readonly hasPairs: boolean
  readonly splits: Readonly<Record<SplitName, ParsedSplit>>
  /** Rows that could not be read, by file and row. Whoever registers data sets refuses one with any. */
  readonly problems: readonly ProblemRow[]
  /** Problem rows left out at the person's wish: all, or 0 without `skipProblemRows`. */
  readonly skippedRows: number
  /** Files of the folder that are not named after a split and do not have the data set's form. */
  readonly ignoredFiles: readonly string[]
}

/** How a data set is read. */
export interface ImportOptions {
  /** Left out: recognised from folder, columns and labels. */
  readonly task?: TaskId | undefined
  /** Left out: made from the folder or file. */
  readonly name?: string | undefined
  /** Leaves problem rows out for good instead of only reporting them. */
  readonly skipProblemRows?: boolean | undefined
}

interface LoadedFile extends DatasetFile {
  readonly content: FileText & { readonly sha256: string }
  readonly table: Table
}

/**
 * Reads a data set: a folder, several files, or one file, each in GLUE's form, CSV, TSV with a header, or JSON Lines.
 *
 * @param paths files and folders as the person gave them
 * @param options task, name, treatment of problem rows
 * @failure not-found, file-unreadable, file-empty, file-binary, dataset-unrecognized, task-mismatch,
 *   dataset-problem-rows when skipping problem rows leaves a split without examples
 */
export async function importDataset(
  paths: readonly string[],
  options: ImportOptions = {},
): Promise<ParsedDataset> {
  if (paths.length === 0) throw new LabError('invalid-argument', 'No file or folder was given to import.')
  const files = await listDatasetFiles(paths)
  refuseSharedSplits(files)
  const folderTask = taskOfFolder(files[0]?.path ?? '')
  const isCola = (options.task ?? folderTask) === 'cola'
  const loaded = await loadFiles(files, isCola)
  const task =
    options.task ?? recognizeTask([loaded[0].table, ...loaded.slice(1).map((file) => file.table)], folderTask)
  const hasPairs = pairsOf(loaded[0].table, task)
  const fitting = loaded.filter((file) => !file.isOptional || hasForm(file.table, task, hasPairs))
  const roles = fitting.map((file) => checkedRoles(file, task, hasPairs))
  const training = fitting.filter((file) => file.split === 'train')
  const labels = labelSet(
    task,
    (training.length > 0 ? training : fitting).map((file) => file.table),
  )
  const problems: ProblemRow[] = []
  const splits = fitting.map((file, index): [SplitName, ParsedSplit] => {
    const read = readExamples(file.table, {
      task,
      labels,
      roles: roles[index]!,
      invalidLines: file.content.invalidLines,
    })
    if (options.skipProblemRows === true) refuseEmptySplit(file, read.examples, read.problems)
    for (const problem of read.problems) problems.push(problem)
    return [file.split, { examples: read.examples, source: { path: file.path, sha256: file.content.sha256 } }]
  })
  const used = new Set(fitting.map((file) => file.path))
  return {
    name: options.name ?? datasetName(paths, files),
    task,
    labels,
    hasPairs,
    splits: Object.fromEntries(splits),
    problems,
    skippedRows: options.skipProblemRows === true ? problems.length : 0,
    ignoredFiles: files.map((file) => file.path).filter((path) => !used.has(path)),
  }
}

/** Reads every file; those that were only found beside the others may turn out to be something else. */
async function loadFiles(
  files: readonly DatasetFile[],
  isCola: boolean,
): Promise<readonly [LoadedFile, ...LoadedFile[]]> {
  const loaded: LoadedFile[] = []
  let firstFailure: LabError | null = null
  for (const file of files) {
    try {
      const content = await readDataFile(file.path)
      loaded.push({ ...file, content, table: readTable(content, isCola && !file.isOptional) })
    } catch (thrown) {
      if (!file.isOptional || !(thrown instanceof LabError)) throw thrown
      firstFailure ??= thrown
    }
  }
  const [first, ...others] = loaded
  if (first === undefined) throw firstFailure ?? new Error('A folder was listed without files.')
  return [first, ...others]
}

function pairsOf(table: Table, task: TaskId): boolean {
  const { texts, kind } = tasks[task]
  return texts === 'either' ? findColumns(table.columns, kind)?.pair != null : texts === 'pair'
}

function hasForm(table: Table, task: TaskId, hasPairs: boolean): boolean {
  const roles = findColumns(table.columns, tasks[task].kind)
  return roles !== null && (roles.pair !== null) === hasPairs
}

function checkedRoles(file: LoadedFile, task: TaskId, hasPairs: boolean): ColumnRoles {
  const { columns } = file.table
  const { kind, label: taskLabel, texts } = tasks[task]
  const roles = findColumns(columns, kind)
  if (roles === null) throw new Error(`${file.path} was read as a table without a text column.`)
  const found = `its columns are ${columns.join(', ')}`
  if ((roles.pair !== null) !== hasPairs) {
    const needed = hasPairs
      ? `a pair of texts, the second in a column ${recognizedColumns.pair}`
      : `one text, in a column ${recognizedColumns.text}`
    const who = texts === 'either' ? 'the other files of the data set have' : `${taskLabel} needs`
    throw new LabError(
      texts === 'either' ? 'dataset-unrecognized' : 'task-mismatch',
      `${file.path} does not fit: ${who} ${needed}; ${found}.`,
      'Choose another task, or leave the task out to have it recognised.',
    )
  }
  if (roles.label === null && (file.split === 'train' || file.split === 'validation')) {
    throw new LabError(
      'dataset-unrecognized',
      `${file.path} is the ${file.split} split but has no label column (${recognizedColumns.label}); ${found}.`,
      'Only test files may come without labels. Add the column, or rename the file.',
    )
  }
  return roles
}

function refuseSharedSplits(files: readonly DatasetFile[]): void {
  const fileOfSplit = new Map<SplitName, string>()
  for (const { path, split } of files) {
    const other = fileOfSplit.get(split)
    if (other !== undefined) {
      throw new LabError(
        'dataset-unrecognized',
        `Both ${other} and ${path} would be the ${split} split; one file a split is needed.`,
        'Give only one of them, or rename the other.',
      )
    }
    fileOfSplit.set(split, path)
  }
}

function refuseEmptySplit(
  file: LoadedFile,
  examples: readonly Example[],
  problems: readonly ProblemRow[],
): void {
  const [first] = problems
  if (examples.length > 0 || first === undefined) return
  throw new LabError(
    'dataset-problem-rows',
    `Every row of ${file.path} has a problem, so nothing would be left of it; line ${first.row}: ${first.message}`,
    'Check that the right file and task were chosen.',
  )
}
