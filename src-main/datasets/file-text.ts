/** From a data file's bytes to its text, or to the reason why it is none. */
import { isUtf8 } from 'node:buffer'
import { LabError } from '@shared/failures/failure.ts'
import type { DataFile } from './data-file.ts'
import { foreignBinary, foreignText, type ForeignFormat } from './foreign-format.ts'
import { likelyEncoding } from './likely-encoding.ts'
import { decodedText } from './text-decoder.ts'

/** A data file's text with `\n` for `\r\n` and no byte-order mark. */
export interface FileText {
  /** The file as the person gave it. */
  readonly path: string
  readonly text: string
  /** The Encoding Standard's name: utf-8, windows-1251, …. */
  readonly encoding: string
  /** Lines that are not valid UTF-8, counted from 1, ascending; their broken bytes read as U+FFFD. */
  readonly invalidLines: ReadonlySet<number>
  /** What the person should know about the reading. */
  readonly notes: readonly string[]
}

type Decoded = Omit<FileText, 'path'>

const newline = 0x0a
/** Bytes of lines in another encoding that are looked at. */
const mostLookedAt = 20_000
const byteOrderMarks: readonly (readonly [readonly number[], string])[] = [
  [[0xff, 0xfe, 0, 0], 'utf-32'],
  [[0, 0, 0xfe, 0xff], 'utf-32'],
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
]

/**
 * Decodes what is certain (a byte-order mark, valid UTF-8, UTF-16 by its zero bytes) or declared, and refuses the rest
 * with the encoding that it looks like.
 *
 * @param file content of the file
 * @param declared encoding that the person named, by `encodingName`; null: none
 * @failure file-empty, file-binary, git-lfs-pointer, file-encoding
 */
export function decodeFileText(file: DataFile, declared: string | null): FileText {
  const { path, bytes } = file
  const binary = foreignBinary(bytes)
  if (binary !== null) throw foreignFailure(path, binary)
  const decoded = decode(file, declared)
  if (decoded.text.trim() === '') {
    throw new LabError(
      'file-empty',
      `${path} is empty.`,
      'Check that the file was copied or downloaded whole.',
    )
  }
  const foreign = foreignText(decoded.text)
  if (foreign !== null) throw foreignFailure(path, foreign)
  const { text, notes } = withoutJoints(decoded.text.replaceAll('\r\n', '\n'))
  return { path, ...decoded, text, notes: [...decoded.notes, ...notes] }
}

/** Takes off what joining files leaves: byte-order marks at the start of lines, and the mark that ended a file in DOS. */
function withoutJoints(text: string): Pick<FileText, 'text' | 'notes'> {
  const whole = text.replace(/^\uFEFF+/, '').replace(/\u001a\s*$/, '')
  const joint = whole.search(/[\n\r]\uFEFF/)
  if (joint < 0) return { text: whole, notes: [] }
  const line = whole.slice(0, joint + 1).split('\n').length
  return {
    text: whole.replace(/([\n\r])\uFEFF+/g, '$1'),
    notes: [
      `Line ${line} begins with a byte-order mark, as where files were joined; such marks were left out.`,
    ],
  }
}

function decode({ path, bytes }: DataFile, declared: string | null): Decoded {
  const mark = byteOrderMarks.find(([start]) => start.every((byte, index) => bytes[index] === byte))?.[1]
  if (mark === 'utf-32') throw encodingFailure(path, 'is UTF-32 text', 'Save it as UTF-8.')
  const encoding = mark ?? (isCertainlyUtf8(bytes) ? 'utf-8' : (declared ?? utf16ByZeros(bytes) ?? 'utf-8'))
  if (encoding === 'utf-8') return decodeUtf8(path, bytes, declared)
  const text = decodedText(bytes, encoding)
  if (text === null) throw notInEncoding(path, bytes, encoding)
  return { text, encoding, invalidLines: new Set(), notes: [] }
}

/** Whether it has characters beyond ASCII, all valid, or is ASCII without what other encodings use it for. */
function isCertainlyUtf8(bytes: Buffer): boolean {
  return isUtf8(bytes) && !bytes.includes(0) && !bytes.includes(0x1b)
}

function decodeUtf8(path: string, bytes: Buffer, declared: string | null): Decoded {
  const zero = bytes.indexOf(0)
  if (zero >= 0) throw zeroFailure(path, bytes, zero)
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '')
  const notes: string[] = []
  if (isUtf8(bytes)) {
    if (text.includes('\u001b$'))
      throw encodingFailure(path, 'looks like iso-2022-jp', stepFor('iso-2022-jp'))
    const isOther = declared !== null && declared !== 'utf-8' && /[^\0-\u007f]/.test(text)
    if (isOther) notes.push(`It is valid UTF-8 and was read as that, not as ${declared}.`)
    return { text, encoding: 'utf-8', invalidLines: new Set(), notes }
  }
  if (declared === 'utf-8' || hasMostlyValidCharacters(text))
    return { text, encoding: 'utf-8', invalidLines: linesNotUtf8(bytes), notes }
  throw otherEncoding(path, bytes)
}

/** Whether more characters beyond ASCII are valid UTF-8 than not: then single rows are damaged. */
function hasMostlyValidCharacters(text: string): boolean {
  const beyond = text.match(/[^\0-\u007f]/g) ?? []
  return beyond.filter((character) => character !== '\uFFFD').length > beyond.length / 2
}

/** UTF-16 without a mark: the ASCII characters in it (tabs, line ends, names of columns) have one zero byte each. */
function utf16ByZeros(bytes: Buffer): string | null {
  let [even, odd] = [0, 0]
  for (let index = bytes.indexOf(0); index >= 0; index = bytes.indexOf(0, index + 1)) {
    if (index % 2 === 0) even += 1
    else odd += 1
  }
  if (bytes.length % 2 !== 0 || Math.max(even, odd) < 10 * Math.min(even, odd) + 2) return null
  const encoding = odd > even ? 'utf-16le' : 'utf-16be'
  const text = decodedText(bytes, encoding)
  return text !== null && !/[\p{Co}\p{Cn}\0-\u0008\u000e-\u001f]/u.test(text) ? encoding : null
}

function otherEncoding(path: string, bytes: Buffer): LabError {
  const broken: Buffer[] = []
  let firstLine = 0
  let length = 0
  for (const { line, content } of linesOf(bytes)) {
    if (isUtf8(content)) continue
    if (firstLine === 0) firstLine = line
    broken.push(content.subarray(0, mostLookedAt), Buffer.from('\n'))
    length += content.length
    if (length > mostLookedAt) break
  }
  const encoding = likelyEncoding(Buffer.concat(broken))
  if (encoding === null)
    return encodingFailure(
      path,
      `is not a text file: line ${firstLine} is not valid UTF-8, nor likely text in another encoding`,
      'Check that this is the file you meant; if it is text, save it as UTF-8.',
    )
  const reading = decodedText(broken[0]!, encoding)?.trim().slice(0, 60) ?? ''
  return encodingFailure(
    path,
    `is not UTF-8: line ${firstLine} is not valid. It looks like ${encoding}, in which that line reads "${reading}"`,
    stepFor(encoding),
  )
}

function notInEncoding(path: string, bytes: Buffer, encoding: string): LabError {
  let where = 'it is damaged or cut off'
  if (!encoding.startsWith('utf-16')) {
    for (const { line, content } of linesOf(bytes)) {
      if (decodedText(content, encoding) !== null) continue
      where = `line ${line} is not valid in it`
      break
    }
  }
  return encodingFailure(
    path,
    `cannot be read as ${encoding}: ${where}`,
    'Import it without a declared encoding to hear what it looks like, or save it as UTF-8.',
  )
}

function linesNotUtf8(bytes: Buffer): ReadonlySet<number> {
  const lines = new Set<number>()
  for (const { line, content } of linesOf(bytes)) if (!isUtf8(content)) lines.add(line)
  return lines
}

function* linesOf(bytes: Buffer): Generator<{ readonly line: number; readonly content: Buffer }> {
  let start = 0
  for (let line = 1; start < bytes.length; line += 1) {
    const found = bytes.indexOf(newline, start)
    const end = found < 0 ? bytes.length : found
    yield { line, content: bytes.subarray(start, end) }
    start = end + 1
  }
}

function zeroFailure(path: string, bytes: Buffer, zero: number): LabError {
  const line = bytes.subarray(0, zero).filter((byte) => byte === newline).length + 1
  return new LabError(
    'file-binary',
    `${path} is not a text file: line ${line} has a NUL byte (byte ${zero + 1} of the file).`,
    'Check that this is the file you meant; if it is text, delete the NUL bytes or export it again.',
  )
}

function foreignFailure(path: string, { what, hint, code }: ForeignFormat): LabError {
  return new LabError(
    code ?? 'file-binary',
    `${path} is ${what}; a table (TSV, CSV or JSON Lines) is needed.`,
    hint,
  )
}

function encodingFailure(path: string, finding: string, hint: string): LabError {
  return new LabError('file-encoding', `${path} ${finding}.`, hint)
}

function stepFor(encoding: string): string {
  return `Import it with --encoding ${encoding} if that reads right, or save it as UTF-8.`
}
