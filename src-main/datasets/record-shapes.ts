/** Shapes of records that are no defects. */
import type { DelimitedRecord } from './delimited-records.ts'

/**
 * Whether a record is an empty line.
 *
 * @param fields the record's fields
 */
export function isBlank(fields: readonly string[]): boolean {
  return fields.length === 1 && fields[0]!.trim() === ''
}

/**
 * Whether every row has one field more than there are names, and begins with a number of its own: rows are numbered, as
 * statistics programs do, and the first line does not say so.
 *
 * @param rows records behind the first line, without empty ones
 * @param width how many names there are
 */
export function hasIndexColumn(rows: readonly DelimitedRecord[], width: number): boolean {
  const areLonger = rows.length > 0 && rows.every(({ fields }) => fields.length === width + 1)
  if (!areLonger || rows.every(({ fields }) => fields.at(-1) === '')) return false
  const firsts = new Set(rows.map(({ fields }) => fields[0]!))
  return firsts.size === rows.length && rows.every(({ fields }) => /^\d+$/.test(fields[0]!.trim()))
}
