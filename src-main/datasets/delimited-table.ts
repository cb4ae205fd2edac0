/** From the text of a TSV or CSV file to a table: what stands before the header, the header, the rows. */
import { readingByItself } from '@shared/contracts/dataset-reading.ts'
import { LabError } from '@shared/failures/failure.ts'
import type { ProblemRow } from '@shared/results/dataset-summary.ts'
import { delimiterName } from '@shared/results/dialect-text.ts'
import { cleanName } from './column-names.ts'
import { namesLabel, namesText } from './column-roles.ts'
import { countedRecords, unnamedContentNote } from './counted-records.ts'
import type { DelimitedRecord } from './delimited-records.ts'
import { findDialect, type Dialect } from './find-dialect.ts'
import type { FileText } from './file-text.ts'
import type { ReadingContext } from './reading-context.ts'
import { hasIndexColumn } from './record-shapes.ts'
import type { Table, TableRow } from './table.ts'
import { checkColumnCount, mostRowCharacters, TableSize, tooLongMessage } from './table-limits.ts'
import { unnamedColumns } from './unrecognized-table.ts'

/** Names the lab gives to the columns of CoLA's train and dev files, which have no header. */
export const colaColumns: readonly string[] = ['source', 'label', 'mark', 'sentence']
/** Rows looked at to tell CoLA's form from others. */
const rowsOfSniff = 20

interface Body {
  readonly text: string
  /** Lines before it. */
  readonly skippedLines: number
  /** From a first line such as `sep=;`. */
  readonly delimiter: string | null
  readonly notes: readonly string[]
}

/**
 * Reads the table.
 *
 * @param file decoded file
 * @param context what is known beforehand
 * @param usual the separator that the file's name suggests
 * @failure dataset-unrecognized when no column can be the text's, or a quote never ends; file-empty when a header stands
 *   alone; dataset-ambiguous; file-unreadable when the table is too large
 */
export function delimitedTable(file: FileText, context: ReadingContext, usual: ',' | '\t'): Table {
  const { reading } = context
  const body = bodyOf(file.text, (line) => isComment(line, usual, context))
  const dialect = findDialect(body.text, {
    path: file.path,
    delimiter: reading.delimiter ?? body.delimiter,
    quoting: reading.quoting,
    usual,
    namesText: (fields) => namesText(fields, reading),
  })
  refuseOpenQuote(file.path, dialect, body.skippedLines)
  const records = withoutBlankEnd(dialect.split.records)
  refuseMarkdown(file.path, records)
  const { columns, hasHeader, isCola } = headerOf(
    { path: file.path, skippedLines: body.skippedLines },
    records,
    dialect,
    context,
  )
  checkColumnCount(file.path, columns.length, 'columns')
  const rows = readRows(hasHeader ? records.slice(1) : records, {
    path: file.path,
    names: columns,
    hasHeader,
    delimiter: dialect.rules.delimiter,
    skippedLines: body.skippedLines,
  })
  if (rows.rows.length + rows.problems.length === 0) throw headerAlone(file.path, columns)
  return {
    path: file.path,
    columns: rows.columns,
    rows: rows.rows,
    dialect: {
      delimiter: dialect.rules.delimiter,
      quoting: dialect.rules.quoting,
      encoding: file.encoding,
      header: hasHeader,
    },
    isCola,
    problems: rows.problems,
    notes: [
      ...file.notes,
      ...body.notes,
      ...dialect.notes,
      ...(hasHeader && reading.header === false ? ['Its first line names the columns and is no row.'] : []),
      ...rows.notes,
    ],
  }
}

/** Leaves out what may stand before the header: empty lines, `sep=;`, comments. */
function bodyOf(text: string, isCommentLine: (line: string) => boolean): Body {
  let start = 0
  let skippedLines = 0
  let delimiter: string | null = null
  const notes: string[] = []
  for (;;) {
    const end = text.slice(start, start + mostRowCharacters).search(/[\n\r]/)
    const line = end < 0 ? text.slice(start) : text.slice(start, start + end)
    const declared: string | undefined = delimiter === null ? /^"?sep=(.)"?$/i.exec(line)?.[1] : undefined
    if (declared !== undefined) {
      delimiter = declared
      notes.push(`Its first line, ${line.trim()}, names the separator.`)
    } else if (line.trim() !== '' && !isCommentLine(line)) {
      return { text: text.slice(start), skippedLines, delimiter, notes }
    } else if (line.trim() !== '') notes.push(`Line ${skippedLines + 1} is a comment and was left out.`)
    if (end < 0) return { text: '', skippedLines, delimiter, notes }
    start += end + 1
    skippedLines += 1
  }
}

/** A line before the header that begins with # and names no column itself. */
function isComment(line: string, usual: string, { reading, isCola }: ReadingContext): boolean {
  if (!line.startsWith('#') || isCola || reading.header === false) return false
  // Whoever names a column by its number leaves the names open: this may be the line that holds them.
  if (/^\d+$/.test(reading.textColumn ?? '')) return false
  return [usual, ',', '\t', ';', '|'].every((delimiter) => {
    const fields = line.split(delimiter)
    return !namesText(fields, reading) && !namesText([line.slice(1), ...fields.slice(1)], reading)
  })
}

function refuseOpenQuote(path: string, { split, rules }: Dialect, skippedLines: number): void {
  if (split.unterminated === null) return
  throw new LabError(
    'dataset-unrecognized',
    `${path}: the quote that opens a field on line ${split.unterminated + skippedLines} never ends.`,
    rules.quoting === 'on'
      ? 'Close the quote, or double it if it belongs to the text; if quotes have no meaning in this file, import it with --quoting off.'
      : 'Close the quote.',
  )
}

/** A table of a document: bars around the columns, dashes below their names. */
function refuseMarkdown(path: string, records: readonly DelimitedRecord[]): void {
  const below = records[1]?.fields.map((field) => field.trim()).filter((field) => field !== '') ?? []
  const areDashes =
    below.every((field) => /^:?-+:?$/.test(field)) && below.some((field) => field.includes('---'))
  if (!areDashes) return
  throw new LabError(
    'dataset-unrecognized',
    `${path} is a Markdown table: dashes stand below the names of its columns.`,
    'Save it as CSV: without the line of dashes and the bars at both ends, texts with commas in quotes.',
  )
}

function withoutBlankEnd(records: readonly DelimitedRecord[]): readonly DelimitedRecord[] {
  let length = records.length
  while (length > 0 && records[length - 1]!.fields.every((field) => field.trim() === '')) length -= 1
  return records.slice(0, length)
}

function headerOf(
  { path, skippedLines }: Pick<RowRules, 'path' | 'skippedLines'>,
  records: readonly DelimitedRecord[],
  dialect: Dialect,
  context: ReadingContext,
): { readonly columns: readonly string[]; readonly hasHeader: boolean; readonly isCola: boolean } {
  const { reading, isCola } = context
  const fields = records[0]?.fields ?? []
  const names = fields.map(cleanName)
  const numbers = fields.map((_, index) => String(index + 1))
  const isNamed = reading.header !== false && namesText(names, reading)
  const isColaForm = !isNamed && reading.textColumn === null && (isCola || looksLikeCola(records))
  if (isColaForm) return { columns: colaColumns, hasHeader: false, isCola: true }
  // Said of several files of which this one has a header: two known names are no row.
  if (reading.header === false && namesText(names, readingByItself) && namesLabel(names))
    return { columns: names, hasHeader: true, isCola: false }
  if (reading.header === false) {
    if (reading.textColumn !== null) return { columns: numbers, hasHeader: false, isCola: false }
    throw unnamedColumns({
      path,
      records,
      skippedLines,
      delimiter: dialect.rules.delimiter,
      isHeaderless: true,
    })
  }
  if (isNamed || reading.textColumn !== null) return { columns: names, hasHeader: true, isCola: false }
  throw unnamedColumns({
    path,
    records,
    skippedLines,
    delimiter: dialect.rules.delimiter,
    isHeaderless: false,
  })
}

/** Whether most rows read: source, 0 or 1, the author's mark (mostly nothing or a star), sentence. */
function looksLikeCola(records: readonly DelimitedRecord[]): boolean {
  const looked = records.slice(0, rowsOfSniff)
  const fitting = looked.filter(
    ({ fields }) =>
      fields.length === colaColumns.length &&
      (fields[1] === '0' || fields[1] === '1') &&
      fields[2]!.length <= 3 &&
      fields[3] !== '',
  )
  return fitting.length > looked.length / 2
}

interface ReadRows {
  readonly columns: readonly string[]
  readonly rows: readonly TableRow[]
  readonly problems: readonly ProblemRow[]
  readonly notes: readonly string[]
}

interface RowRules {
  readonly path: string
  /** Names of the columns. */
  readonly names: readonly string[]
  /** Whether the file has them. */
  readonly hasHeader: boolean
  readonly delimiter: string
  /** Lines before the first record. */
  readonly skippedLines: number
}

function readRows(
  records: readonly DelimitedRecord[],
  { path, names, hasHeader, delimiter, skippedLines }: RowRules,
): ReadRows {
  const lineOf = (record: DelimitedRecord): number => record.row + skippedLines
  const counted = countedRecords(records, hasHeader ? names : null, names.length, lineOf)
  const filled = counted.records
  const notes = [...counted.notes]
  const isIndexed = hasIndexColumn(filled, names.length)
  if (isIndexed)
    notes.push('Its rows begin with a number that has no name in the first line; it was left out.')
  const columns = isIndexed ? ['', ...names] : names
  const unnamed = unnamedContentNote(filled, columns, lineOf)
  if (unnamed !== null) notes.push(unnamed)
  const rows: TableRow[] = []
  const problems: ProblemRow[] = []
  const size = new TableSize(path)
  let trimmed = 0
  for (const record of filled) {
    const row = lineOf(record)
    const defect = defectOf(record, columns, delimiter)
    if (defect !== null) problems.push({ file: path, row, ...defect })
    else {
      size.add(columns.length)
      const isLonger = record.fields.length > columns.length
      if (isLonger) trimmed += 1
      rows.push({ row, fields: isLonger ? record.fields.slice(0, columns.length) : record.fields })
    }
  }
  if (trimmed > 0) notes.push(`Empty fields at the end of ${rowsText(trimmed)} were left out.`)
  return { columns, rows, problems, notes }
}

function defectOf(
  { fields, isStray }: DelimitedRecord,
  columns: readonly string[],
  delimiter: string,
): Pick<ProblemRow, 'code' | 'message'> | null {
  if (isStray)
    return {
      code: 'malformed-row',
      message:
        'Text follows a closing quote. Double the quotes that belong to a text that stands in quotes, or give --quoting off.',
    }
  const characters = fields.reduce((sum, field) => sum + field.length, 0)
  if (characters > mostRowCharacters) return { code: 'malformed-row', message: tooLongMessage(characters) }
  const isExtra = fields.slice(columns.length).some((field) => field !== '')
  if (fields.length >= columns.length && !isExtra) return null
  const found = `${fields.length} ${fields.length === 1 ? 'column' : 'columns'} found`
  return {
    code: isExtra ? 'extra-column' : 'missing-column',
    message: `${found}, ${columns.length} expected (${columns.join(', ')}).${isExtra ? quotesStep(delimiter) : ''}`,
  }
}

/** Where quoting is usual, a separator inside a text is the likeliest cause of a column too many. */
function quotesStep(delimiter: string): string {
  return delimiter === '\t' ? '' : ` A text with ${delimiterName(delimiter)} in it needs quotes around it.`
}

function rowsText(count: number): string {
  return count === 1 ? '1 row' : `${count} rows`
}

function headerAlone(path: string, columns: readonly string[]): LabError {
  return new LabError(
    'file-empty',
    `${path} has a header (${columns.join(', ')}) but no rows.`,
    'Check that the file was copied or downloaded whole.',
  )
}
