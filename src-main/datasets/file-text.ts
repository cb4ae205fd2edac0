/** From a data file's bytes to its text, or to the reason why it is none. */
import { isUtf8 } from 'node:buffer'
import { LabError } from '@shared/failures/failure.ts'

/** A data file's text with every line end as `\n` and no byte-order mark. */
export interface FileText {
  /** The file as the person gave it. */
  readonly path: string
  readonly text: string
  /** Lines that are not valid UTF-8, counted from 1, ascending; their broken bytes read as U+FFFD. */
  readonly invalidLines: ReadonlySet<number>
}

/** Above this share of undecodable characters a file is no text in another encoding but something else. */
const mostBrokenCharacters = 0.1
const newline = 0x0a

/**
 * Decodes UTF-8, with or without a byte-order mark, with any line ends.
 *
 * @param bytes content of the file, or its beginning up to the end of a line
 * @param path the file, for messages
 * @failure file-empty, file-binary
 */
export function decodeFileText(bytes: Buffer, path: string): FileText {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new LabError('file-binary', `${path} is UTF-16 text; UTF-8 is needed.`, 'Save it again as UTF-8.')
  }
  if (bytes.includes(0)) throw binaryFailure(path, 'it has NUL bytes')
  const decoded = bytes.toString('utf8')
  let invalidLines: ReadonlySet<number> = new Set<number>()
  if (!isUtf8(bytes)) {
    const broken = decoded.length - decoded.replaceAll('\uFFFD', '').length
    if (broken > mostBrokenCharacters * decoded.length) {
      throw binaryFailure(path, 'most of it is not UTF-8')
    }
    invalidLines = linesNotUtf8(bytes)
  }
  const text = withPlainLineEnds(decoded.startsWith('\uFEFF') ? decoded.slice(1) : decoded)
  if (text.trim() === '') {
    throw new LabError(
      'file-empty',
      `${path} is empty.`,
      'Check that the file was copied or downloaded whole.',
    )
  }
  return { path, text, invalidLines }
}

function withPlainLineEnds(text: string): string {
  if (text.includes('\r\n')) return text.replaceAll('\r\n', '\n')
  return text.includes('\n') ? text : text.replaceAll('\r', '\n')
}

function linesNotUtf8(bytes: Buffer): ReadonlySet<number> {
  const lines = new Set<number>()
  let start = 0
  for (let line = 1; start < bytes.length; line++) {
    const found = bytes.indexOf(newline, start)
    const end = found < 0 ? bytes.length : found
    if (!isUtf8(bytes.subarray(start, end))) lines.add(line)
    start = end + 1
  }
  return lines
}

function binaryFailure(path: string, reason: string): LabError {
  return new LabError(
    'file-binary',
    `${path} is not a text file: ${reason}; UTF-8 text (TSV, CSV or JSON Lines) is needed.`,
    'Unpack archives first, and convert spreadsheets and Parquet files to TSV, CSV or JSON Lines.',
  )
}
