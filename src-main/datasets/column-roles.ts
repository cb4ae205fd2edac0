/** Which column of a table is the text, its pair and its label. */
import type { DatasetReading } from '@shared/contracts/dataset-reading.ts'
import { LabError } from '@shared/failures/failure.ts'
import type { TaskKind } from '@shared/tasks/task.ts'
import { columnKey, labelNames, pairNames, textNames } from './column-names.ts'
import type { Table } from './table.ts'

/** Positions of the columns that matter. */
export interface ColumnRoles {
  readonly text: number
  /** null: the table has single texts. */
  readonly pair: number | null
  /** null: the table is unlabelled. */
  readonly label: number | null
}

/** Names or numbers of columns that the person gave. */
export type WishedColumns = Pick<DatasetReading, 'textColumn' | 'pairColumn' | 'labelColumn'>

const keysOf = (names: readonly string[]): readonly string[] => names.map(columnKey)
const textKeys = keysOf(textNames)
const labelKeys = keysOf(labelNames)
const scoreKey = columnKey('score')

/**
 * Position of the column that a person names: by its name, or by its number from 1.
 *
 * @param columns names of the columns
 * @param wished name or number
 * @returns null when there is none
 */
export function wishedColumn(columns: readonly string[], wished: string): number | null {
  const exact = columns.indexOf(wished)
  if (exact >= 0) return exact
  const alike = columns.findIndex((name) => columnKey(name) === columnKey(wished))
  if (alike >= 0 && columnKey(wished) !== '') return alike
  const number = /^\d{1,4}$/.test(wished) ? Number(wished) : 0
  return number >= 1 && number <= columns.length ? number - 1 : null
}

/**
 * Whether a first line with these fields names a column of texts.
 *
 * @param fields the line's fields
 * @param wished columns that the person named
 */
export function namesText(fields: readonly string[], wished: WishedColumns): boolean {
  if (wished.textColumn !== null)
    return fields.some((field) => columnKey(field) === columnKey(wished.textColumn ?? ''))
  return fields.some((field) => textKeys.includes(columnKey(field)))
}

/**
 * Whether a first line with these fields names a column of labels.
 *
 * @param fields the line's fields
 */
export function namesLabel(fields: readonly string[]): boolean {
  return fields.some((field) => labelKeys.includes(columnKey(field)))
}

/**
 * Finds the columns: those that the person named, the others by their names. Who names the text, names its pair too.
 *
 * @param table the file and the names of its columns
 * @param wished columns that the person named
 * @param kind regression takes a column of scores before one of labels; null: not known yet
 * @returns null when no column holds a text
 * @failure invalid-argument when a named column is missing; dataset-ambiguous when two columns have the name
 */
export function findColumns(
  table: Pick<Table, 'path' | 'columns'>,
  wished: WishedColumns,
  kind: TaskKind | null,
): ColumnRoles | null {
  const { path, columns } = table
  const keys = columns.map(columnKey)
  const named = (name: string | null, option: string): number | null => {
    if (name === null) return null
    const found = wishedColumn(columns, name)
    if (found === null) throw missingColumn(path, columns, name, option)
    return found
  }
  const text = named(wished.textColumn, '--text-column') ?? firstOf(keys, textKeys)
  if (text === null) return null
  const beside = [...(pairNames['*'] ?? []), ...(pairNames[keys[text] ?? ''] ?? [])]
  const pair =
    named(wished.pairColumn, '--pair-column') ??
    (wished.textColumn === null ? firstOf(keys, keysOf(beside)) : null)
  const inOrder = kind === 'regression' ? [scoreKey, ...labelKeys] : labelKeys
  // A file of rows to predict may lack the label column that the others have.
  const label =
    wished.labelColumn === null
      ? firstOf(keys, inOrder, [text, pair])
      : wishedColumn(columns, wished.labelColumn)
  const taken: readonly TakenColumn[] = [
    { column: text, wished: wished.textColumn, option: '--text-column' },
    { column: pair, wished: wished.pairColumn, option: '--pair-column' },
    { column: label, wished: wished.labelColumn, option: '--label-column' },
  ]
  for (const column of taken) refuseTwins(path, columns, column)
  return { text, pair: pair === text ? null : pair, label }
}

function firstOf(
  keys: readonly string[],
  candidates: readonly string[],
  taken: readonly (number | null)[] = [],
): number | null {
  for (const candidate of candidates) {
    const found = keys.indexOf(candidate)
    if (found >= 0 && !taken.includes(found)) return found
  }
  return null
}

function missingColumn(path: string, columns: readonly string[], name: string, option: string): LabError {
  return new LabError(
    'invalid-argument',
    `${path} has no column "${name}"; its columns are ${listed(columns)}.`,
    `Give one of these names, or the column's number counted from 1, as ${option}.`,
  )
}

interface TakenColumn {
  readonly column: number | null
  readonly wished: string | null
  readonly option: string
}

function refuseTwins(
  path: string,
  columns: readonly string[],
  { column, wished, option }: TakenColumn,
): void {
  if (column === null || wished === String(column + 1)) return
  const twins = columns.flatMap((name, index) =>
    columnKey(name) === columnKey(columns[column]!) ? [index + 1] : [],
  )
  if (twins.length < 2) return
  throw new LabError(
    'dataset-ambiguous',
    `${path} names the column "${columns[column]!}" ${twins.length === 2 ? 'twice' : `${twins.length} times`} (columns ${twins.join(' and ')}).`,
    `Rename all but one, or give the number of the right one, such as ${option} ${twins[0]!}.`,
  )
}

/**
 * Names of columns for a message.
 *
 * @param columns names of a table's columns
 */
export function listed(columns: readonly string[]): string {
  const shown = columns.slice(0, 12).map((name) => (name === '' ? '(no name)' : name.slice(0, 40)))
  return columns.length > shown.length ? `${shown.join(', ')}, …` : shown.join(', ')
}

/**
 * A column for an option: its name as a shell takes it, its number where the name is empty or odd.
 *
 * @param name its name
 * @param column its position
 */
export function optionValue(name: string, column: number): string {
  if (/^[\w.][\w.-]*$/.test(name)) return name
  return name === '' || /["'\\$`!\n]/.test(name) ? String(column + 1) : `"${name}"`
}
