/** Tables with awkward contents, written by writers with all kinds of habits; for property tests. */
import fc from 'fast-check'
import type { DatasetReading } from '@shared/contracts/dataset-reading.ts'
import { readingByItself } from '@shared/contracts/dataset-reading.ts'
import { decodedText } from '@main/datasets/text-decoder.ts'

/** A table in a file, and what reading it exactly means. */
export interface WrittenTable {
  readonly fileName: string
  readonly bytes: Buffer
  readonly reading: DatasetReading
  /** In the order of the file; label is the label's name, undefined in a file of texts alone. */
  readonly rows: readonly { readonly text: string; readonly label: string | undefined }[]
}

/** How a writer treats quotes. */
type Quoting = 'minimal' | 'all' | 'texts' | 'none' | 'backslash'
type LineEnd = '\n' | '\r\n' | '\r' | 'mixed'

interface Habits {
  readonly delimiter: string
  readonly quoting: Quoting
  readonly lineEnd: LineEnd
  readonly encoding: string
  readonly hasMark: boolean
  readonly hasHeader: boolean
  readonly declares: boolean
  readonly hasSepLine: boolean
  readonly closesLastLine: boolean
  readonly trailingBlanks: number
  readonly extension: string
  readonly mixing: readonly number[]
}

interface Content {
  readonly texts: readonly string[]
  readonly extras: readonly string[]
  readonly labelChoice: readonly number[]
  readonly labels: readonly [string, string]
  readonly hasIndex: boolean
  readonly hasExtra: boolean
  readonly isLabelFirst: boolean
  readonly hasLabels: boolean
}

const piece = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('warm', 'film', 'it', 'a', 'the end.', 'null', '12', '3.5', 'I') },
  { weight: 3, arbitrary: fc.constantFrom('"', '""', "'", '"so"', '“yes”', '\\', '\\n', '5"') },
  { weight: 3, arbitrary: fc.constantFrom(',', ';', '\t', '|', ', ', ' - ', '#', '=') },
  { weight: 2, arbitrary: fc.constantFrom('\n', '\n\n', '\r\n') },
  { weight: 2, arbitrary: fc.constantFrom('é', 'straße', 'очень', '映画', '😀', '\u00a0', 'ﬁ', '{', '[1]') },
)
const text = fc
  .array(piece, { minLength: 1, maxLength: 7 })
  .chain((pieces) => fc.constantFrom(pieces.join(' '), pieces.join('')))
  .filter((value) => value.trim() !== '')
const content: fc.Arbitrary<Content> = fc.integer({ min: 2, max: 9 }).chain((rows) =>
  fc.record({
    texts: fc.array(text, { minLength: rows, maxLength: rows }),
    extras: fc.array(fc.oneof(text, fc.constant('')), { minLength: rows, maxLength: rows }),
    labelChoice: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: rows, maxLength: rows }),
    labels: fc.constantFrom(
      ['neg', 'pos'],
      ['0', '1'],
      ['not good', 'good'],
      ['-1', '1'],
      ['no, never', 'yes'],
    ),
    hasIndex: fc.boolean(),
    hasExtra: fc.boolean(),
    isLabelFirst: fc.boolean(),
    hasLabels: fc.integer({ min: 0, max: 5 }).map((value) => value > 0),
  }),
)
const habits: fc.Arbitrary<Habits> = fc.record({
  delimiter: fc.constantFrom(',', '\t', ';', '|'),
  quoting: fc.constantFrom('minimal', 'all', 'texts', 'none', 'backslash'),
  lineEnd: fc.constantFrom('\n', '\n', '\r\n', '\r\n', '\r', 'mixed'),
  encoding: fc.constantFrom(
    'utf-8',
    'utf-8',
    'utf-8',
    'utf-16le',
    'utf-16be',
    'windows-1252',
    'windows-1251',
    'koi8-r',
  ),
  hasMark: fc.boolean(),
  hasHeader: fc.integer({ min: 0, max: 4 }).map((value) => value > 0),
  declares: fc.integer({ min: 0, max: 3 }).map((value) => value === 0),
  hasSepLine: fc.integer({ min: 0, max: 9 }).map((value) => value === 0),
  closesLastLine: fc.boolean(),
  trailingBlanks: fc.integer({ min: 0, max: 4 }).map((value) => Math.max(0, value - 2)),
  extension: fc.constantFrom('csv', 'tsv', 'txt'),
  mixing: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 8 }),
})

/** Random tables. */
export const writtenTable: fc.Arbitrary<WrittenTable> = fc
  .tuple(content, habits)
  .map(([table, habit]) => write(decidable(encodable(table, habit.encoding), habit), habit))

/** Leaves out of the texts what the encoding lacks. */
function encodable(table: Content, encoding: string): Content {
  if (encoding.startsWith('utf')) return table
  const known = bytesOf(encoding)
  const kept = (value: string): string => {
    const left = Array.from(value, (sign) => (sign < '\u0080' || known.has(sign) ? sign : '')).join('')
    return left.trim() === '' ? 'x' : left
  }
  return {
    ...table,
    texts: table.texts.map(kept),
    extras: table.extras.map((value) => (value === '' ? '' : kept(value))),
  }
}

/**
 * Takes out what no reader can tell. Without quoting, a separator or line end in a text is lost; a text that is itself a
 * quoted field looks like one, and so does a quote that opens a field of a CSV file. Where backslashes escape quotes, a
 * file without quotes does not show it.
 */
function decidable(table: Content, { quoting, delimiter }: Habits): Content {
  const change = (value: string): string => {
    if (quoting !== 'none') return value
    const plain = value.replaceAll(delimiter, ' ').replace(/[\r\n]+/g, ' ')
    const opened = delimiter === '\t' ? /^\s*"(?:[^"]|"")*"$/ : /^\s*"/
    return plain.trim() === '' && value !== '' ? 'x' : opened.test(plain) ? `x${plain}` : plain
  }
  const texts = table.texts.map(change)
  const extras = table.extras.map(change)
  const isEscaped = quoting !== 'backslash' || texts.some((value) => value.includes('"'))
  const strip = (value: string): string => (isEscaped ? value : value.replaceAll('\\', '/'))
  const labels = table.labels.map(change) as [string, string]
  return {
    ...table,
    texts: texts.map(strip),
    extras: extras.map((value) => strip(value.replaceAll('"', isEscaped ? '"' : "'"))),
    labels,
  }
}

function write(table: Content, habit: Habits): WrittenTable {
  const { delimiter, quoting } = habit
  const width = (table.hasIndex ? 1 : 0) + 1 + (table.hasLabels ? 1 : 0) + (table.hasExtra ? 1 : 0)
  const label = (row: number): string => table.labels[row < 2 ? row : table.labelChoice[row]!]!
  const arrange = (index: string, value: string, name: string, extra: string): string[] => [
    ...(table.hasIndex ? [index] : []),
    ...(table.isLabelFirst && table.hasLabels ? [name] : []),
    value,
    ...(!table.isLabelFirst && table.hasLabels ? [name] : []),
    ...(table.hasExtra ? [extra] : []),
  ]
  const header = arrange('id', 'sentence', 'label', 'remark')
  const rows = table.texts.map((value, row) => arrange(String(row), value, label(row), table.extras[row]!))
  const lines = [...(habit.hasHeader ? [header] : []), ...rows].map((fields) =>
    fields.map((field) => written(field, quoting, delimiter)).join(delimiter),
  )
  if (habit.hasSepLine && habit.hasHeader) lines.unshift(`sep=${delimiter}`)
  const position = (name: string): string => String(header.indexOf(name) + 1)
  return {
    fileName: `train.${habit.extension}`.replace('train', table.hasLabels ? 'train' : 'test'),
    bytes: encode(joined(lines, habit), habit),
    reading: {
      ...readingByItself,
      ...(habit.declares || width === 1 ? { delimiter, quoting: quoting === 'none' ? 'off' : 'on' } : {}),
      ...(habit.encoding.startsWith('utf') || !habit.declares ? {} : { encoding: habit.encoding }),
      ...(habit.hasHeader
        ? {}
        : {
            header: false,
            textColumn: position('sentence'),
            labelColumn: table.hasLabels ? position('label') : null,
          }),
    },
    rows: table.texts.map((value, row) => ({
      text: value.replaceAll('\r\n', '\n'),
      label: table.hasLabels ? label(row) : undefined,
    })),
  }
}

function written(field: string, quoting: Quoting, delimiter: string): string {
  if (quoting === 'none') return field
  const needsQuotes = field.includes(delimiter) || /["\r\n]/.test(field)
  if (quoting === 'backslash') {
    const escaped = field.replace(/["\\]/g, '\\$&')
    return needsQuotes ? `"${escaped}"` : escaped
  }
  const isWrapped = needsQuotes || quoting === 'all' || (quoting === 'texts' && !/^-?\d+$/.test(field))
  return isWrapped ? `"${field.replaceAll('"', '""')}"` : field
}

function joined(
  lines: readonly string[],
  { lineEnd, mixing, closesLastLine, trailingBlanks }: Habits,
): string {
  const ends = ['\n', '\r\n', '\r']
  const end = (line: number): string => (lineEnd === 'mixed' ? ends[mixing[line % mixing.length]!]! : lineEnd)
  const whole = lines.map((line, index) => (index < lines.length - 1 ? line + end(index) : line)).join('')
  return whole + (closesLastLine ? end(0).repeat(1 + trailingBlanks) : '')
}

function encode(value: string, { encoding, hasMark }: Habits): Buffer {
  const marked = hasMark ? `\uFEFF${value}` : value
  if (encoding === 'utf-8') return Buffer.from(marked, 'utf8')
  if (encoding === 'utf-16le') return Buffer.from(marked, 'utf16le')
  if (encoding === 'utf-16be') return Buffer.from(marked, 'utf16le').swap16()
  const known = bytesOf(encoding)
  return Buffer.from(Array.from(value, (sign) => (sign < '\u0080' ? sign.charCodeAt(0) : known.get(sign)!)))
}

/** Bytes of the characters beyond ASCII in an encoding of one byte each. */
function bytesOf(encoding: string): ReadonlyMap<string, number> {
  const known = new Map<string, number>()
  for (let byte = 0x80; byte < 0x100; byte += 1) {
    const sign = decodedText(Uint8Array.of(byte), encoding)
    if (sign !== null) known.set(sign, byte)
  }
  return known
}
