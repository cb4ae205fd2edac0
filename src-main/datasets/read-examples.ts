/** From a table's rows to examples; every row that is none is told with its line. */
import type { Example, ProblemRow } from '@shared/results/dataset-summary.ts'
import { tasks, type TaskId } from '@shared/tasks/task.ts'
import type { ColumnRoles } from './column-roles.ts'
import { cleanLabel } from './label-census.ts'
import type { LabelScheme } from './label-scheme.ts'
import { groupedNumber, scoreOf } from './read-scores.ts'
import type { Field, Table, TableRow } from './table.ts'

/** What rows are checked against. */
export interface ExampleRules {
  readonly task: TaskId
  readonly scheme: LabelScheme
  readonly roles: ColumnRoles
  /** Whether the scores have decimal commas. */
  readonly hasDecimalCommas: boolean
  /** Lines that are not valid UTF-8, counted from 1, ascending. */
  readonly invalidLines: ReadonlySet<number>
}

/** Examples in the order of the file, and the rows left out of them. */
export interface ReadExamples {
  readonly examples: readonly Example[]
  /** At most one a row, by row. */
  readonly problems: readonly ProblemRow[]
}

type Problem = Pick<ProblemRow, 'code' | 'message'>
type Role = 'text' | 'pair' | 'label'

/**
 * Reads every row. Texts are kept as written, white space included; labels and scores are trimmed.
 *
 * @param table rows with named columns
 * @param rules columns, labels and score range
 */
export function readExamples(table: Table, rules: ExampleRules): ReadExamples {
  const examples: Example[] = []
  const problems: ProblemRow[] = [...table.problems]
  const readLabel = labelReader(rules)
  const invalidLineOf = invalidLineByRow(table.rows, rules.invalidLines)
  for (const tableRow of table.rows) {
    const found =
      encodingDefect(invalidLineOf.get(tableRow.row)) ?? readRow(table, tableRow, rules, readLabel)
    if ('code' in found) problems.push({ file: table.path, row: tableRow.row, ...found })
    else examples.push(found)
  }
  return { examples, problems: problems.sort((a, b) => a.row - b.row) }
}

function readRow(
  table: Table,
  { fields }: TableRow,
  { roles }: ExampleRules,
  readLabel: (field: string) => number | Problem,
): Example | Problem {
  const cell = (column: number, role: Role): string | Problem =>
    plainField(fields[column], table.columns[column]!, role)
  const text = cell(roles.text, 'text')
  if (typeof text === 'object') return text
  const pair = roles.pair === null ? undefined : cell(roles.pair, 'pair')
  if (typeof pair === 'object') return pair
  const written = roles.label === null ? undefined : cell(roles.label, 'label')
  if (typeof written === 'object') return written
  const label = written === undefined ? undefined : readLabel(cleanLabel(written))
  if (typeof label === 'object') return label
  return {
    text,
    ...(pair === undefined ? {} : { pair }),
    ...(label === undefined ? {} : { label }),
  }
}

/** The field's text, or what is there instead. */
function plainField(field: Field, name: string, role: Role): string | Problem {
  const expected = role === 'label' ? 'a label or a number' : 'a text'
  if (field === undefined) return { code: 'missing-column', message: `The row has no "${name}".` }
  if (typeof field === 'object')
    return {
      code: 'missing-column',
      message: `The key "${name}" holds ${field.holds}; ${expected} was expected.`,
    }
  // Signs that are not seen are no text either.
  if (role !== 'label' && cleanLabel(field) === '')
    return { code: 'empty-text', message: `The column "${name}" is empty; a text was expected.` }
  return field
}

/** First line of each row that is not valid UTF-8; a quoted field may span lines, which all belong to its row. */
function invalidLineByRow(
  rows: readonly TableRow[],
  invalidLines: ReadonlySet<number>,
): ReadonlyMap<number, number> {
  const found = new Map<number, number>()
  let index = 0
  for (const line of invalidLines) {
    while (index + 1 < rows.length && rows[index + 1]!.row <= line) index += 1
    const row = rows[index]?.row
    if (row !== undefined && row <= line && !found.has(row)) found.set(row, line)
  }
  return found
}

function encodingDefect(line: number | undefined): Problem | null {
  if (line === undefined) return null
  return { code: 'invalid-utf8', message: `Line ${line} is not valid UTF-8. Save the file as UTF-8.` }
}

function labelReader({ task, scheme, hasDecimalCommas }: ExampleRules): (field: string) => number | Problem {
  if (tasks[task].kind === 'regression') return scoreReader(task, hasDecimalCommas)
  const { labels, indexOf } = scheme
  const listed = labels.length <= 10 ? labels.join(', ') : `${labels.slice(0, 10).join(', ')}, …`
  return (field) => {
    const index = indexOf.get(field)
    if (index !== undefined) return index
    const found = field === '' ? 'The label is missing' : `The label is "${shown(field)}"`
    return { code: 'unknown-label', message: `${found}; one of ${listed} was expected.` }
  }
}

function scoreReader(task: TaskId, hasDecimalCommas: boolean): (field: string) => number | Problem {
  const range = tasks[task].scoreRange
  const [lowest, highest] = range ?? [-Infinity, Infinity]
  const expected =
    range === undefined ? 'a number was expected' : `a number from ${lowest} to ${highest} was expected`
  return (field) => {
    const value = scoreOf(field, hasDecimalCommas)
    if (value !== null && value >= lowest && value <= highest) return value
    const found = field === '' ? 'The score is missing' : `The score is "${shown(field)}"`
    return { code: 'bad-score', message: `${found}; ${expected}.${writtenAs(field)}` }
  }
}

/** What to write instead of a comma or a percent sign. */
function writtenAs(field: string): string {
  if (groupedNumber.test(field)) {
    const [point, whole] = [field.replace(',', '.'), field.replaceAll(',', '')]
    return ` Write it without a comma: ${point} or ${whole}, whichever is meant.`
  }
  if (/^[+-]?\d{1,3}(?:,\d{3})+\.\d+$/.test(field))
    return ` Write it without the commas: ${field.replaceAll(',', '')}.`
  if (/^[+-]?\d{1,3}(?:\.\d{3})+,\d+$/.test(field))
    return ` Write it without points, and with a point for the comma: ${field.replaceAll('.', '').replace(',', '.')}.`
  if (/^[+-]?\d+(?:\.\d+)?\s*%$/.test(field))
    return ` Write it without the sign: ${field.replace(/\s*%$/, '')}.`
  return /^[+-]?\d+,\d+$/.test(field) ? ` Write it with a point: ${field.replace(',', '.')}.` : ''
}

function shown(field: string): string {
  return field.length <= 60 ? field : `${field.slice(0, 60)}…`
}
