/** Which labels a file has, as written, and how often. */
import { cleanName, unseen } from './column-names.ts'
import type { Table } from './table.ts'

/** One spelling of a label. */
export interface LabelCount {
  readonly count: number
  /** Line of the first row that has it. */
  readonly row: number
}

/** Labels of one file. */
export interface LabelCensus {
  readonly path: string
  readonly split: string
  /** By spelling, without white space and unseen characters around it; in order of appearance. */
  readonly counts: ReadonlyMap<string, LabelCount>
  /** Rows that have a label. */
  readonly labelled: number
  /** Rows whose label is empty or null. */
  readonly missing: number
  /** Line of the first row whose label is a list; null: none is. */
  readonly firstList: number | null
}

/**
 * A label without white space and unseen characters around it.
 *
 * @param raw as the file has it
 */
export function cleanLabel(raw: string): string {
  return raw.replace(unseen, '').trim()
}

/** Libraries write truth values as words in one file and as numbers in another. */
const truthValues: ReadonlyMap<string, number> = new Map([
  ['true', 1],
  ['false', 0],
])

/**
 * What spellings of one label have in common: "Positive" and " positive", "1", "1.0", "01" and "True".
 *
 * @param label a label, clean
 */
export function labelKey(label: string): string {
  const bare = cleanName(label).normalize('NFKC').toLowerCase()
  const number = numberOf(bare) ?? truthValues.get(bare) ?? null
  return number === null ? bare.replace(/[\s_-]+/g, ' ') : String(number)
}

/**
 * The number that a text is; null when it is none. Hexadecimal and other prefixes are none.
 *
 * @param text without white space around it
 */
export function numberOf(text: string): number | null {
  if (text === '' || /[^\d.eE+-]/.test(text)) return null
  const value = Number(text)
  return Number.isFinite(value) ? value : null
}

/**
 * Counts the labels of a table.
 *
 * @param table the table
 * @param split what the file is of the data set
 * @param column position of the label column
 */
export function countLabels(table: Table, split: string, column: number): LabelCensus {
  const counts = new Map<string, { count: number; row: number }>()
  let [labelled, missing] = [0, 0]
  let firstList: number | null = null
  for (const { row, fields } of table.rows) {
    const field = fields[column]
    const label = typeof field === 'string' ? cleanLabel(field) : ''
    if (label === '') {
      const isMissing = field === undefined || typeof field === 'string' || field.holds === 'null'
      if (isMissing) missing += 1
      else if (field.holds === 'a list') firstList ??= row
      continue
    }
    labelled += 1
    // A label over several lines is a defect of its row, never a class.
    if (/\p{Cc}/u.test(label)) continue
    const known = counts.get(label)
    if (known === undefined) counts.set(label, { count: 1, row })
    else known.count += 1
  }
  return { path: table.path, split, counts, labelled, missing, firstList }
}
