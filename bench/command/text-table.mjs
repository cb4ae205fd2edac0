/** A table for a terminal: columns as wide as their widest cell. */

/**
 * @param {readonly string[]} titles
 * @param {readonly (readonly string[])[]} rows each with one cell per title
 * @returns {string} lines; the first column is left-aligned, the others right-aligned
 */
export function textTable(titles, rows) {
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (/** @type {readonly string[]} */ cells) =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd()
  const rule = widths.map((width) => '─'.repeat(width)).join('  ')
  return [line(titles), rule, ...rows.map(line)].join('\n')
}

/** What stands for a number that is missing. */
export const missing = '—'

/**
 * A number with so many digits after the point, or the sign for a missing one.
 *
 * @param {number | null | undefined} value
 * @param {number} [digits]
 * @returns {string}
 */
export function fixed(value, digits = 1) {
  return value === null || value === undefined || !Number.isFinite(value) ? missing : value.toFixed(digits)
}

/**
 * @param {number | null | undefined} bytes
 * @returns {string} mebibytes
 */
export function mebibytes(bytes) {
  return fixed(bytes === null || bytes === undefined ? undefined : bytes / 2 ** 20, 0)
}
