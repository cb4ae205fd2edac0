/** From a table's rows to examples; every row that is none is told with its line. */
import type { Example, ProblemRow } from '@shared/results/dataset-summary.ts'
import { tasks, type TaskId } from '@shared/tasks/task.ts'
import type { ColumnRoles } from './columns.ts'
import type { Table, TableRow } from './table.ts'

/** What rows are checked against. */
export interface ExampleRules {
  readonly task: TaskId
  /** Label names in index order; empty for regression. */
  readonly labels: readonly string[]
  readonly roles: ColumnRoles
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
      encodingDefect(invalidLineOf.get(tableRow.row)) ??
      columnDefect(table, tableRow, rules.roles) ??
      readRow(tableRow, rules, readLabel)
    if ('code' in found) problems.push({ file: table.path, row: tableRow.row, ...found })
    else examples.push(found)
  }
  return { examples, problems: problems.sort((a, b) => a.row - b.row) }
}

function readRow(
  { fields }: TableRow,
  { roles }: ExampleRules,
  readLabel: (field: string) => number | Problem,
): Example | Problem {
  const text = fields[roles.text]!
  const label = roles.label === null ? undefined : readLabel(fields[roles.label]!.trim())
  if (typeof label === 'object') return label
  return {
    text,
    ...(roles.pair === null ? {} : { pair: fields[roles.pair]! }),
    ...(label === undefined ? {} : { label }),
  }
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

/** What is wrong with a row's columns or texts; null when they are in order. */
function columnDefect(table: Table, { fields }: TableRow, roles: ColumnRoles): Problem | null {
  if (table.hasFixedWidth && fields.length !== table.columns.length) {
    const message = `${fields.length} ${fields.length === 1 ? 'column' : 'columns'} found, ${table.columns.length} expected (${table.columns.join(', ')}).`
    return { code: fields.length < table.columns.length ? 'missing-column' : 'extra-column', message }
  }
  for (const column of [roles.text, roles.pair, roles.label]) {
    if (column === null) continue
    const field = fields[column]
    const name = table.columns[column]!
    if (field === undefined) return { code: 'missing-column', message: `The row has no "${name}".` }
    if (column !== roles.label && field.trim() === '') {
      return { code: 'empty-text', message: `The column "${name}" is empty; a text was expected.` }
    }
  }
  return null
}

function labelReader({ task, labels }: ExampleRules): (field: string) => number | Problem {
  if (tasks[task].kind === 'regression') {
    const range = tasks[task].scoreRange
    const [lowest, highest] = range ?? [-Infinity, Infinity]
    const expected =
      range === undefined ? 'a number was expected' : `a number from ${lowest} to ${highest} was expected`
    return (field) => {
      // Number() would also take hexadecimal and other prefixes.
      const value = field === '' || /[^\d.eE+-]/.test(field) ? NaN : Number(field)
      if (Number.isFinite(value) && value >= lowest && value <= highest) return value
      return { code: 'bad-score', message: `The score is "${shown(field)}"; ${expected}.` }
    }
  }
  const indexOf = new Map(labels.map((label, index) => [label, index]))
  const listed = labels.length <= 10 ? labels.join(', ') : `${labels.slice(0, 10).join(', ')}, …`
  return (field) =>
    indexOf.get(field) ?? {
      code: 'unknown-label',
      message: `The label is "${shown(field)}"; one of ${listed} was expected.`,
    }
}

function shown(field: string): string {
  return field.length <= 60 ? field : `${field.slice(0, 60)}…`
}
