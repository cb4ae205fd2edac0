/** From a decoded file to a table with named columns. */
import { extname } from 'node:path'
import { LabError } from '@shared/failures/failure.ts'
import { colaColumns, findColumns, recognizedColumns } from './columns.ts'
import { csvRows, tsvRows } from './delimited-rows.ts'
import type { FileText } from './file-text.ts'
import { jsonLinesTable } from './json-lines.ts'
import type { Table, TableFormat, TableRow } from './table.ts'

const formatOfExtension: Readonly<Record<string, TableFormat>> = {
  '.tsv': 'tsv',
  '.csv': 'csv',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.json': 'jsonl',
}
/** Rows looked at to tell CoLA's form from others. */
const rowsOfSniff = 20

/**
 * A file's rows and the names of their columns. Columns are named by a header or by JSON keys; CoLA's files without a
 * header are told by their four columns.
 *
 * @param file decoded file
 * @param isKnownToBeCola whether folder or person say that this is CoLA, so that odd rows are defects of it
 * @failure dataset-unrecognized when no column is recognised, file-empty when a header stands alone
 */
export function readTable(file: FileText, isKnownToBeCola: boolean): Table {
  const format = formatOf(file)
  if (format === 'jsonl') return checked(jsonLinesTable(file), file)
  const rows = format === 'csv' ? csvRows(file) : tsvRows(file)
  const shape = { path: file.path, hasFixedWidth: true, problems: [] }
  const header = rows[0]?.fields.map((field) => field ?? '') ?? []
  if (findColumns(header, 'classification') !== null) {
    if (rows.length === 1) {
      throw new LabError(
        'file-empty',
        `${file.path} has a header (${header.join(', ')}) but no rows.`,
        'Check that the file was copied or downloaded whole.',
      )
    }
    return { ...shape, columns: header, rows: rows.slice(1), hasHeader: true }
  }
  if (isKnownToBeCola || looksLikeCola(rows))
    return { ...shape, columns: colaColumns, rows, hasHeader: false }
  throw unrecognized(file.path, header)
}

function formatOf(file: FileText): TableFormat {
  const firstLine = file.text.slice(0, file.text.indexOf('\n') + 1 || undefined)
  const byName = formatOfExtension[extname(file.path).toLowerCase()]
  // Some files called .csv are separated by tabs, the STS benchmark's for one.
  if (byName === 'csv' && firstLine.includes('\t') && !firstLine.includes(',')) return 'tsv'
  if (byName !== undefined) return byName
  if (firstLine.trimStart().startsWith('{')) return 'jsonl'
  return firstLine.includes('\t') || !firstLine.includes(',') ? 'tsv' : 'csv'
}

function checked(table: Table, file: FileText): Table {
  if (table.rows.length > 0 && findColumns(table.columns, 'classification') === null) {
    throw unrecognized(file.path, table.columns)
  }
  if (table.rows.length === 0) {
    throw new LabError(
      'dataset-unrecognized',
      `${file.path} was read as JSON Lines, but none of its ${table.problems.length} lines is a JSON object.`,
      'Write one object a line, such as {"text": "…", "label": "…"}.',
    )
  }
  return table
}

/** Whether most rows read: source, 0 or 1, the author's mark (mostly nothing or a star), sentence. */
function looksLikeCola(rows: readonly TableRow[]): boolean {
  const looked = rows.slice(0, rowsOfSniff)
  const fitting = looked.filter(
    ({ fields }) =>
      fields.length === colaColumns.length &&
      (fields[1] === '0' || fields[1] === '1') &&
      (fields[2] ?? '').length <= 3 &&
      fields[3] !== '',
  )
  return fitting.length > looked.length / 2
}

function unrecognized(path: string, columns: readonly string[]): LabError {
  const shown = columns.slice(0, 12).map((name) => name.slice(0, 40))
  return new LabError(
    'dataset-unrecognized',
    `${path} has no column the lab knows; its first line reads: ${shown.join(' | ')}. ` +
      `Needed is a header with a text column (${recognizedColumns.text}) and a label column (${recognizedColumns.label}).`,
    'Name the columns in the first line; files without a header are read only for CoLA.',
  )
}
