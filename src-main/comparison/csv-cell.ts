/** One cell of a CSV file (RFC 4180) that no spreadsheet takes for a formula. */

/** What a cell may hold. */
export type Cell = string | number | boolean | null

/** Signs with which spreadsheets begin a formula, also in their full-width forms, and signs that they skip before it. */
const formulaStart = /^[\s\u00a0\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/

/**
 * A cell as text. A text that a spreadsheet would take for a formula begins with an apostrophe; numbers, also lists of
 * them, stay as they are.
 *
 * @param cell null = empty
 */
export function csvCell(cell: Cell): string {
  const text = typeof cell === 'string' ? withoutFormula(cell) : String(cell ?? '')
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function withoutFormula(text: string): string {
  return formulaStart.test(text) && !isNumbers(text) ? `'${text}` : text
}

function isNumbers(text: string): boolean {
  return text.split(' ').every((part) => /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(part))
}
