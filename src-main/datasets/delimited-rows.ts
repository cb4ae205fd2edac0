/** Rows of TSV (quoting off: a quote is a character like any other) and CSV (RFC 4180 quoting). */
import { CsvError, parse } from 'csv-parse/sync'
import { LabError } from '@shared/failures/failure.ts'
import type { FileText } from './file-text.ts'
import type { TableRow } from './table.ts'

/**
 * Lines cut at tabs. Empty lines at the end are dropped.
 *
 * @param file decoded file
 */
export function tsvRows(file: FileText): readonly TableRow[] {
  const lines = file.text.split('\n')
  while (lines.at(-1) === '') lines.pop()
  return lines.map((line, index) => ({ row: index + 1, fields: line.split('\t') }))
}

/**
 * Records of a CSV file; a quoted field may hold commas, doubled quotes and line breaks. A quote inside a field that
 * does not begin with one is a character. Empty lines at the end are dropped.
 *
 * @param file decoded file
 * @failure dataset-unrecognized when a quoted field never ends
 */
export function csvRows(file: FileText): readonly TableRow[] {
  const rows: TableRow[] = []
  let lastLine = 0
  try {
    parse(file.text, {
      relax_quotes: true,
      relax_column_count: true,
      record_delimiter: '\n',
      on_record: (record: string[], { lines }) => {
        rows.push({ row: lastLine + 1, fields: record })
        lastLine = lines
        return null
      },
    })
  } catch (thrown) {
    if (!(thrown instanceof CsvError)) throw thrown
    throw new LabError(
      'dataset-unrecognized',
      `Reading ${file.path} as CSV failed: a quoted field of the row on line ${lastLine + 1} never ends.`,
      'Close the quote, or double it if it belongs to the text; save the file as .tsv if quotes have no meaning in it.',
      { cause: thrown },
    )
  }
  while (rows.at(-1)?.fields.every((field) => field === '')) rows.pop()
  return rows
}
