/** How large a table may be: what is more is refused before it fills the memory. */
import { LabError } from '@shared/failures/failure.ts'

/** Columns, or different keys of JSON objects. */
export const mostColumns = 1000
const mostRows = 4_000_000
const mostCells = 40_000_000
/** Characters of one row. */
export const mostRowCharacters = 1_000_000

/** Counts what is kept of a file. */
export class TableSize {
  readonly #path: string
  #rows = 0
  #cells = 0

  /** @param path the file, for messages */
  constructor(path: string) {
    this.#path = path
  }

  /**
   * Counts a row.
   *
   * @param cells its fields
   * @failure file-unreadable
   */
  add(cells: number): void {
    this.#rows += 1
    this.#cells += cells
    if (this.#rows > mostRows) throw this.#tooMany(`more than ${mostRows.toLocaleString('en-US')} rows`)
    if (this.#cells > mostCells)
      throw this.#tooMany(`more than ${mostCells.toLocaleString('en-US')} fields in its rows`)
  }

  #tooMany(found: string): LabError {
    return new LabError(
      'file-unreadable',
      `${this.#path} has ${found}, the most that is read.`,
      'Keep only the rows and columns that are needed.',
    )
  }
}

/**
 * Refuses a table with too many columns.
 *
 * @param path the file, for the message
 * @param columns columns or keys so far
 * @param what "columns" or "different keys"
 * @failure file-unreadable
 */
export function checkColumnCount(path: string, columns: number, what: string): void {
  if (columns <= mostColumns) return
  throw new LabError(
    'file-unreadable',
    `${path} has more than ${mostColumns.toLocaleString('en-US')} ${what}.`,
    what === 'columns'
      ? 'Keep only the columns that are needed; if it is separated by another sign, name it with --delimiter.'
      : 'Write every example as an object with the same few keys, such as {"text": "…", "label": "…"}.',
  )
}

/**
 * The message for a row that is far too long for a text.
 *
 * @param characters its length
 */
export function tooLongMessage(characters: number): string {
  const count = (value: number): string => value.toLocaleString('en-US')
  return `The row has ${count(characters)} characters; at most ${count(mostRowCharacters)} are read.`
}
