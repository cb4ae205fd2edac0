/** Which records of a table are rows: neither empty lines nor the header once more. */
import { cleanName } from './column-names.ts'
import type { DelimitedRecord } from './delimited-records.ts'
import { isBlank } from './record-shapes.ts'

/** Records that are rows, and what was left out of them. */
export interface CountedRecords {
  readonly records: readonly DelimitedRecord[]
  readonly notes: readonly string[]
}

/**
 * Leaves out empty lines, and lines that name the columns again, as where files with headers were joined.
 *
 * @param records behind the header
 * @param header names of the columns as the file has them; null: it has none
 * @param width number of columns
 * @param lineOf line of a record in the file
 */
export function countedRecords(
  records: readonly DelimitedRecord[],
  header: readonly string[] | null,
  width: number,
  lineOf: (record: DelimitedRecord) => number,
): CountedRecords {
  // In a table of one column an empty line is an empty text, and the name a possible text.
  if (width < 2) return { records, notes: [] }
  const blank = records.filter(({ fields }) => isBlank(fields))
  const repeated = header === null ? [] : records.filter(({ fields }) => repeatsHeader(fields, header))
  const notes: string[] = []
  if (blank.length > 0)
    notes.push(
      `${blank.length} ${blank.length === 1 ? 'line is' : 'lines are'} empty (${placesOf(blank, lineOf)}) and left out.`,
    )
  if (repeated.length > 0)
    notes.push(
      `${repeated.length} ${repeated.length === 1 ? 'line repeats' : 'lines repeat'} the names of the columns (${placesOf(repeated, lineOf)}) and ${repeated.length === 1 ? 'was' : 'were'} left out.`,
    )
  if (notes.length === 0) return { records, notes }
  const leftOut = new Set([...blank, ...repeated])
  return { records: records.filter((record) => !leftOut.has(record)), notes }
}

/**
 * What rows have in columns without a name, of which nothing is read: the rest of a text that was cut at its commas,
 * for instance.
 *
 * @param records rows
 * @param names of the columns
 * @param lineOf line of a record in the file
 * @returns null when there is nothing
 */
export function unnamedContentNote(
  records: readonly DelimitedRecord[],
  names: readonly string[],
  lineOf: (record: DelimitedRecord) => number,
): string | null {
  // The first column without a name numbers the rows.
  const unnamed = names.flatMap((name, index) => (name === '' && index > 0 ? [index] : []))
  const filled = records.filter(({ fields }) =>
    unnamed.some((column) => (fields[column] ?? '').trim() !== ''),
  )
  if (filled.length === 0) return null
  return `${filled.length} ${filled.length === 1 ? 'row has' : 'rows have'} something in columns without a name (${placesOf(filled, lineOf)}), which is not read; a text with separators in it may have been cut there.`
}

function repeatsHeader(fields: readonly string[], header: readonly string[]): boolean {
  const named = header.filter((name) => name !== '')
  return (
    named.length > 1 &&
    fields.length >= header.length &&
    fields.every((field, column) => cleanName(field) === (header[column] ?? ''))
  )
}

function placesOf(records: readonly DelimitedRecord[], lineOf: (record: DelimitedRecord) => number): string {
  return `line ${lineOf(records[0]!)}${records.length > 1 ? ', …' : ''}`
}
