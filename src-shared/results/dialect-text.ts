/** How a data file was read, in words. */
import type { FileDialect } from './dataset-summary.ts'

/**
 * Separator, quoting, encoding and header, such as "separated by commas, quoting on, utf-8, with a header".
 *
 * @param dialect how the file was read
 */
export function dialectText(dialect: FileDialect): string {
  const { delimiter, quoting, encoding, header } = dialect
  if (delimiter === null) return `JSON, ${encoding}`
  const parts = [`separated by ${delimiterName(delimiter)}`, `quoting ${quoting ?? 'off'}`, encoding]
  parts.push(header === true ? 'with a header' : 'without a header')
  return parts.join(', ')
}

/**
 * A separator for a sentence such as "separated by commas".
 *
 * @param delimiter one character
 */
export function delimiterName(delimiter: string): string {
  switch (delimiter) {
    case ',':
      return 'commas'
    case '\t':
      return 'tabs'
    case ';':
      return 'semicolons'
    case '|':
      return 'vertical bars'
    case ' ':
      return 'spaces'
    default:
      return `the sign ${JSON.stringify(delimiter)}`
  }
}
