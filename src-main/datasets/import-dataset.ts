/** From files to parsed examples, in one line: files → tables with roles → task → labels → examples. */
import { readingByItself, type DatasetReading } from '@shared/contracts/dataset-reading.ts'
import { LabError } from '@shared/failures/failure.ts'
import type { Example, FileDialect, ProblemRow, SplitName } from '@shared/results/dataset-summary.ts'
import { tasks, type TaskId } from '@shared/tasks/task.ts'
import { recognizedColumns } from './column-names.ts'
import { listed, optionValue, type ColumnRoles } from './column-roles.ts'
import { datasetName, listDatasetFiles, refuseSharedSplits } from './dataset-files.ts'
import { importWordLabels, type WordLabels } from './import-word-labels.ts'
import { doubtfulTexts } from './doubtful-texts.ts'
import { labelScheme, type LabelEvidence, type LabelScheme } from './label-scheme.ts'
import { loadTables, type LoadedFile } from './load-tables.ts'
import { glueLabelNames, writtenLabelNames } from './published-label-names.ts'
import type { ParsedSplit } from './parsed-split.ts'
import { readExamples } from './read-examples.ts'
import { readingNotes, sameFilesNotes } from './reading-notes.ts'
import { recognizeTask, taskOfFolder } from './recognize-task.ts'
import { suggestColumns } from './suggest-columns.ts'
import type { Field, Table } from './table.ts'

/** A data set that has been read; its problem rows are not among the examples. */
export interface ParsedDataset {
  readonly name: string
  readonly task: TaskId
  /** Label names in index order; empty for regression. */
  readonly labels: readonly string[]
  readonly hasPairs: boolean
  readonly splits: Readonly<Record<SplitName, ParsedSplit>>
  /** How the first file was read. */
  readonly dialect: FileDialect
  /** What was assumed, merged or left out; sentences. */
  readonly notes: readonly string[]
  /**
   * Rows that could not be read, by file and row, of very many the first 10,000. Whoever registers data sets refuses one
   * with any.
   */
  readonly problems: readonly ProblemRow[]
  /** How many rows could not be read. */
  readonly problemRows: number
  /** Problem rows left out at the person's wish: all, or 0 without `skipProblemRows`. */
  readonly skippedRows: number
}

/** How a data set is read. */
export interface ImportOptions {
  /** Left out: recognised from folder, columns and labels. */
  readonly task?: TaskId | undefined
  /** Left out: made from the folder or file. */
  readonly name?: string | undefined
  /** Leaves problem rows out for good instead of only reporting them. */
  readonly skipProblemRows?: boolean | undefined
  /** Left out: found out. */
  readonly reading?: DatasetReading | undefined
}

/** A list longer than this helps nobody. */
const mostProblems = 10_000

/**
 * Reads a data set: a folder, several files, or one file, each in GLUE's form, CSV, TSV or JSON.
 *
 * @param paths files and folders as the person gave them
 * @param options task, name, form of the files, treatment of problem rows
 * @failure not-found, file-unreadable, file-empty, file-binary, file-encoding, dataset-unrecognized, dataset-ambiguous,
 *   invalid-argument, task-mismatch, dataset-problem-rows when skipping problem rows leaves a split without examples
 */
export async function importDataset(
  paths: readonly string[],
  options: ImportOptions = {},
): Promise<ParsedDataset> {
  if (paths.length === 0) throw new LabError('invalid-argument', 'No file or folder was given to import.')
  const reading = options.reading ?? readingByItself
  const found = await listDatasetFiles(paths)
  refuseSharedSplits(found)
  const words = await importWordLabels(found, options.task ?? null, reading)
  if (words !== null) return parsedWords(words, options, datasetName(paths, found))
  const folderTask = taskOfFolder(found[0]?.path ?? '')
  const loaded = await loadTables(found, { reading, expectedTask: options.task ?? folderTask })
  const task = options.task ?? recognizeTask(loaded.files, folderTask)
  const { files, leftOut, hasPairs } = fittingFiles(loaded.files, task)
  const scheme = await schemeOf(files, task, reading.mergeLabels)
  const { splits, problems } = readSplits(files, {
    task,
    scheme,
    isSkipping: options.skipProblemRows === true,
  })
  const all = [...loaded.leftOut, ...leftOut]
  return {
    name: options.name ?? datasetName(paths, found),
    task,
    labels: scheme.labels,
    hasPairs,
    splits,
    dialect: files[0].table.dialect,
    notes: [
      ...readingNotes({ files, leftOut: all }, task),
      ...scheme.notes,
      ...sameFilesNotes(files),
      ...Object.entries(splits).flatMap(([split, { examples }]) =>
        doubtfulTexts(examples).map((note) => `${split}: ${note}`),
      ),
    ],
    problems: problems.slice(0, mostProblems),
    problemRows: problems.length,
    skippedRows: options.skipProblemRows === true ? problems.length : 0,
  }
}

/** A data set whose words have labels. */
function parsedWords(words: WordLabels, options: ImportOptions, name: string): ParsedDataset {
  const { task, labels, splits, notes, problems, encoding } = words
  const isSkipping = options.skipProblemRows === true
  if (isSkipping)
    for (const { examples, source } of Object.values(splits))
      refuseEmptySplit(
        source.path,
        examples,
        problems.filter(({ file }) => file === source.path),
      )
  return {
    name: options.name ?? name,
    task,
    labels,
    hasPairs: false,
    splits,
    dialect: { delimiter: null, quoting: 'off', encoding, header: false },
    notes,
    problems: problems.slice(0, mostProblems),
    problemRows: problems.length,
    skippedRows: isSkipping ? problems.length : 0,
  }
}

interface FittingFiles {
  readonly files: readonly [LoadedFile, ...LoadedFile[]]
  readonly hasPairs: boolean
  readonly leftOut: readonly { readonly path: string; readonly reason: string }[]
}

/** Files that have the task's form; those that must have it and do not are refused. */
function fittingFiles(files: readonly [LoadedFile, ...LoadedFile[]], task: TaskId): FittingFiles {
  const { texts } = tasks[task]
  const hasPairs = texts === 'either' ? files[0].roles.pair !== null : texts === 'pair'
  const isFitting = ({ roles }: LoadedFile): boolean => (roles.pair !== null) === hasPairs
  const [first, ...others] = files.filter((file) => !file.isOptional || isFitting(file))
  const kept: readonly [LoadedFile, ...LoadedFile[]] = [first ?? files[0], ...others]
  for (const file of kept) checkForm(file, task, hasPairs)
  const leftOut = files
    .filter((file) => !kept.includes(file))
    .map(({ path }) => ({ path, reason: hasPairs ? 'has no pairs of texts' : 'has pairs of texts' }))
  return { files: kept, hasPairs, leftOut }
}

function checkForm({ path, split, table, roles }: LoadedFile, task: TaskId, hasPairs: boolean): void {
  const { label: taskLabel, texts } = tasks[task]
  const found = `its columns are ${listed(table.columns)}`
  if ((roles.pair !== null) !== hasPairs) {
    const needed = hasPairs
      ? `a pair of texts, the second in a column ${recognizedColumns.pair}`
      : `one text, in a column ${recognizedColumns.text}`
    const who = texts === 'either' ? 'the other files of the data set have' : `${taskLabel} needs`
    throw new LabError(
      texts === 'either' ? 'dataset-unrecognized' : 'task-mismatch',
      `${path} does not fit: ${who} ${needed}; ${found}.`,
      formStep(table.columns, roles, { isTaskGiven: texts !== 'either', hasPairs }),
    )
  }
  if (roles.label === null && (split === 'train' || split === 'validation')) {
    throw new LabError(
      'dataset-unrecognized',
      `${path} is the ${split} split but has no label column (${recognizedColumns.label}); ${found}.`,
      labelStep(table, roles),
    )
  }
}

/** Names the column that looks like labels, if one does. */
function labelStep({ columns, rows }: Table, { text, pair }: ColumnRoles): string {
  const fields = rows.slice(0, 1000).map((row) => columns.map((_, column) => plainText(row.fields[column])))
  const label = suggestColumns(fields, columns.length)?.label ?? null
  const isFree = label !== null && label !== text && label !== pair
  const option = isFree ? `--label-column ${optionValue(columns[label]!, label)}` : '--label-column'
  return `If one of them holds the labels, name it by ${option}, or rename it to "label"; only test files may come without labels.`
}

function plainText(field: Field): string {
  return typeof field === 'string' ? field : ''
}

function formStep(
  columns: readonly string[],
  { text }: ColumnRoles,
  { isTaskGiven, hasPairs }: { readonly isTaskGiven: boolean; readonly hasPairs: boolean },
): string {
  if (!hasPairs)
    return `Name the column of the texts alone: --text-column ${optionValue(columns[text]!, text)}${isTaskGiven ? ', or choose another task' : ''}.`
  return isTaskGiven
    ? 'Choose another task, or leave the task out to have it recognised; if a column holds the second texts, name both (--text-column, --pair-column).'
    : 'Name the columns of both texts (--text-column, --pair-column).'
}

async function schemeOf(
  files: readonly [LoadedFile, ...LoadedFile[]],
  task: TaskId,
  mergeLabels: boolean,
): Promise<LabelScheme> {
  const censuses = files.flatMap(({ census }) => (census === null ? [] : [census]))
  if (censuses.length === 0 && tasks[task].kind === 'classification' && tasks[task].labels.length === 0)
    throw withoutLabels(files)
  const names = await namesOf(files, task)
  const unread = files.flatMap(({ table }) => table.problems.slice(0, 1))[0] ?? null
  return labelScheme({ task, censuses, names, mergeLabels, unread })
}

async function namesOf(
  files: readonly [LoadedFile, ...LoadedFile[]],
  task: TaskId,
): Promise<LabelEvidence['names']> {
  const [first] = files
  const labelled = files.find(({ census }) => census !== null)
  const column = labelled?.table.columns[labelled.roles.label ?? -1]
  const written = column === undefined ? undefined : (await writtenLabelNames(first.path)).get(column)
  if (written !== undefined) return { list: written, source: 'from the description beside the files' }
  const list = glueLabelNames(task, first.path)
  return list === null ? null : { list, source: 'as the hub numbers them' }
}

function withoutLabels(files: readonly LoadedFile[]): LabError {
  const [first] = files
  return new LabError(
    'dataset-unrecognized',
    `${files.map(({ path }) => path).join(', ')}: no label column (${recognizedColumns.label}); classification needs labels. Its columns are ${listed(first?.table.columns ?? [])}.`,
    'If one of them holds the labels, name it with --label-column; rows without labels are read beside labelled ones, or with the --task whose labels they are to get.',
  )
}

interface ReadSplits {
  readonly splits: Readonly<Record<SplitName, ParsedSplit>>
  readonly problems: readonly ProblemRow[]
}

function readSplits(
  files: readonly LoadedFile[],
  {
    task,
    scheme,
    isSkipping,
  }: { readonly task: TaskId; readonly scheme: LabelScheme; readonly isSkipping: boolean },
): ReadSplits {
  const problems: ProblemRow[] = []
  const splits = files.map((file): [SplitName, ParsedSplit] => {
    const { path, sha256, roles, hasDecimalCommas, invalidLines } = file
    const read = readExamples(file.table, { task, scheme, roles, hasDecimalCommas, invalidLines })
    if (isSkipping) refuseEmptySplit(path, read.examples, read.problems)
    for (const problem of read.problems) problems.push(problem)
    return [file.split, { examples: read.examples, source: { path, sha256 } }]
  })
  return { splits: Object.fromEntries(splits), problems }
}

function refuseEmptySplit(path: string, examples: readonly Example[], problems: readonly ProblemRow[]): void {
  const [first] = problems
  if (examples.length > 0 || first === undefined) return
  throw new LabError(
    'dataset-problem-rows',
    `Every row of ${path} has a problem, so nothing would be left of it; line ${first.row}: ${first.message}`,
    'Leave this file out by importing the others one by one, or check that the right file and task were chosen.',
  )
}
