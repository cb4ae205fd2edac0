/** Tables for a terminal: columns as wide as their widest cell, numbers to the right. */

import { oneLine } from '@shared/text/visible-text.ts'

/** One column. */
export interface Column<Row> {
  readonly title: string
  readonly cell: (row: Row) => string
  readonly align?: 'left' | 'right'
}

/** Columns a terminal needs for a text: combining marks none, wide characters are counted as one. */
const width = (text: string): number => [...text.normalize('NFC')].length

/**
 * Lines of a table: a heading, a rule, one line a row.
 *
 * @param columns from left to right
 * @param rows from top to bottom
 * @returns without a newline at the end
 */
export function textTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map((column) => oneLine(column.cell(row))))
  const widths = columns.map((column, index) =>
    Math.max(width(column.title), ...cells.map((line) => width(line[index] ?? ''))),
  )
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) => {
        const padding = ' '.repeat((widths[index] ?? 0) - width(text))
        return columns[index]?.align === 'right' ? padding + text : text + padding
      })
      .join('  ')
      .trimEnd()
  return [
    line(columns.map((column) => column.title)),
    line(widths.map((columnWidth) => '─'.repeat(columnWidth))),
    ...cells.map(line),
  ].join('\n')
}
