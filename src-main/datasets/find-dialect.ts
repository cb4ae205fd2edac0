/** How a text separates and quotes its fields, judged over the whole text before anything is read. */
import { LabError } from '@shared/failures/failure.ts'
import { delimiterName } from '@shared/results/dialect-text.ts'
import { splitText, type RecordRules, type SplitText } from './delimited-records.ts'
import {
  bestOff,
  bestOn,
  defectsOf,
  hasEscapedSeparator,
  isPerfect,
  plainRules,
  type Trial,
} from './quoting-trials.ts'
import { isBlank } from './record-shapes.ts'

/** Separators that are looked for; others are declared. */
const usualDelimiters = [',', '\t', ';', '|'] as const

/** What is known beforehand. */
export interface DialectWish {
  /** The file, for messages. */
  readonly path: string
  /** Declared by the person or by the file's first line. */
  readonly delimiter: string | null
  readonly quoting: 'on' | 'off' | null
  /** The separator that the file's name suggests. */
  readonly usual: ',' | '\t'
  /** Whether a first line with these fields names the column of the texts. */
  readonly namesText: (fields: readonly string[]) => boolean
}

/** The hypothesis that fits, and what it makes of the text. */
export interface Dialect {
  readonly rules: RecordRules
  readonly split: SplitText
  readonly notes: readonly string[]
}

/**
 * Finds the separator by the first line, then tries quoting on and off on the whole text and takes what fits better.
 *
 * @param text with `\n` as line end; lone `\r` may be line ends or text
 * @param wish what is declared, and what names suggest
 * @failure dataset-ambiguous when two readings fit equally well and differ
 */
export function findDialect(text: string, wish: DialectWish): Dialect {
  if (!text.includes('\r')) return readingOf(text, wish)
  // At the end of the file, a carriage return ends the last line.
  if (text.endsWith('\r')) return findDialect(text.replace(/\r+$/, '\n'), wish)
  const withoutReturns = readingOf(text.replaceAll('\r', '\n'), wish)
  if (!text.includes('\n')) return withoutReturns
  // Old line ends among new ones, or text: whatever leaves fewer records that do not fit, then no quotes unexplained.
  const found = orRefusal(() => readingOf(text, wish))
  if (found instanceof LabError || isHeaderBroken(found, wish)) return withoutReturns
  const difference =
    defectsOf(withoutReturns.split) - defectsOf(found.split) ||
    (hasUnexplainedQuotes(withoutReturns, wish) ? 1 : 0) - (hasUnexplainedQuotes(found, wish) ? 1 : 0)
  if (difference === 0 && withoutReturns.split.records.length !== found.split.records.length)
    throw ambiguousReturn(text, wish)
  return difference < 0 ? withoutReturns : found
}

/** Whether quotes stand where no writer puts them. How many says nothing: lines that are taken for one have fewer. */
function hasUnexplainedQuotes({ split }: Dialect, { quoting }: DialectWish): boolean {
  return quoting !== 'off' && split.lone > 0
}

function orRefusal(read: () => Dialect): Dialect | LabError {
  try {
    return read()
  } catch (thrown) {
    if (thrown instanceof LabError) return thrown
    throw thrown
  }
}

/** Whether the names of the columns run on behind a carriage return: then it ended the line. */
function isHeaderBroken({ split }: Dialect, { namesText }: DialectWish): boolean {
  const fields = split.records[0]?.fields ?? []
  const names = fields.map((field) => field.split('\r')[0]!)
  return fields.some((field) => field.includes('\r')) && namesText(names)
}

function ambiguousReturn(text: string, { path }: DialectWish): LabError {
  const line = text.slice(0, text.indexOf('\r')).split('\n').length
  return new LabError(
    'dataset-ambiguous',
    `${path} has a carriage return (CR) on line ${line} that may end the line or be part of the text.`,
    'Save the file with one kind of line end, or take the carriage returns out of the texts.',
  )
}

function readingOf(text: string, wish: DialectWish): Dialect {
  const delimiter = wish.delimiter ?? findDelimiter(text, wish)
  return findQuoting(text, delimiter, wish)
}

function findDelimiter(text: string, { path, usual, namesText }: DialectWish): string {
  const inOrder = [usual, ...usualDelimiters.filter((delimiter) => delimiter !== usual)]
  const headers = inOrder.map((delimiter) => ({ delimiter, fields: firstFields(text, delimiter) }))
  const named = headers.filter(({ fields }) => fields.length > 1 && namesText(fields))
  const [widest] = named.sort((left, right) => right.fields.length - left.fields.length)
  if (widest !== undefined) return widest.delimiter
  if (namesText(headers[0]!.fields)) return usual
  const candidates = headers.filter(({ fields }) => fields.length > 1).map(({ delimiter }) => delimiter)
  return steadiest(text, candidates, path) ?? usual
}

/** The first record, in quotes over several lines where they end. */
function firstFields(text: string, delimiter: string): readonly string[] {
  const read = [plainRules(delimiter, 'on'), { ...plainRules(delimiter, 'on'), backslash: true }].map(
    (rules) => splitText(text, rules, 1),
  )
  const whole = read.find(({ unterminated, strays }) => unterminated === null && strays === 0)
  return (whole ?? splitText(text, plainRules(delimiter, 'off'), 1)).records[0]?.fields ?? []
}

/** The separator under which most records have as many fields as the first. */
function steadiest(text: string, delimiters: readonly string[], path: string): string | null {
  const shares = delimiters.map((delimiter) => ({ delimiter, share: steadiness(text, delimiter) }))
  const [best, second] = shares.sort((left, right) => right.share - left.share)
  if (best?.share === 1 && second?.share === 1) {
    throw new LabError(
      'dataset-ambiguous',
      `${path} may be separated by ${delimiterName(best.delimiter)} or by ${delimiterName(second.delimiter)}: every row fits both.`,
      `Say which: --delimiter ${optionFor(best.delimiter)} or --delimiter ${optionFor(second.delimiter)}.`,
    )
  }
  return best?.delimiter ?? null
}

/** Share of the records that fit the first, under the quoting that fits best. */
function steadiness(text: string, delimiter: string): number {
  const trials = [bestOn(text, delimiter), bestOff(text, delimiter)]
  const shares = trials.map(({ defects, split }) =>
    split.unterminated === null ? 1 - defects / split.records.length : 0,
  )
  return Math.max(...shares)
}

const optionFor = (delimiter: string): string => (delimiter === '\t' ? 'tab' : `"${delimiter}"`)

function findQuoting(text: string, delimiter: string, wish: DialectWish): Dialect {
  const usualQuoting = delimiter === '\t' ? 'off' : 'on'
  if (!text.includes('"') && !hasEscapedSeparator(text, delimiter)) {
    const rules = plainRules(delimiter, wish.quoting ?? usualQuoting)
    return { rules, split: splitText(text, rules), notes: [] }
  }
  const on = wish.quoting === 'off' ? null : bestOn(text, delimiter)
  // What is perfect as CSV is CSV; tables separated by tabs may keep their quotes all the same.
  if (on !== null && delimiter !== '\t' && isPerfect(on)) return withNotes(on)
  const off = wish.quoting === 'on' ? null : bestOff(text, delimiter)
  if (off === null || on === null) return withNotes((on ?? off)!)
  // Of CSV everybody expects quoting: a quote that never ends is a defect of the file, not a sign of another form.
  if (delimiter !== '\t' && on.split.unterminated !== null) return { ...on, notes: [] }
  if (on.defects !== off.defects) return better(on, off, delimiter, wish)
  return sameDefects(on, off, delimiter, wish)
}

function better(on: Trial, off: Trial, delimiter: string, wish: DialectWish): Dialect {
  if (on.defects < off.defects) return withNotes(on)
  const isUnquoted = on.split.wrapped - on.split.strays === 0
  if (delimiter === '\t' || isUnquoted) return withNotes(off)
  // Some fields are in quotes, some begin with one that is text. As CSV the rows at fault are told one by one.
  return off.defects === 0 && on.split.escaped === 0 ? refuse(wish, off) : { ...on, notes: [] }
}

/** Both readings fit equally well: what the quotes look like decides. */
function sameDefects(on: Trial, off: Trial, delimiter: string, wish: DialectWish): Dialect {
  const isTsv = delimiter === '\t'
  const { wrapped, lone, escaped } = on.split
  if (wrapped === 0) return { ...(isTsv ? off : on), notes: [] }
  const fields = on.split.records.reduce((sum, record) => sum + record.fields.length, 0)
  const isHeaderWrapped =
    wrapped === fields || off.split.records[0]!.fields.every((field) => /^\s*".*"\s*$/.test(field))
  const mergesLines = on.split.records.length !== off.split.records.length
  if (lone > 0) {
    if (isHeaderWrapped || mergesLines || (!isTsv && escaped === 0)) return refuse(wish, off)
    return isTsv ? { ...off, notes: [] } : { ...on, notes: [] }
  }
  // A separator in quotes that would otherwise only be forgiven, because what follows it is empty.
  const isExacter = paddedRecords(on.split) < paddedRecords(off.split)
  if (isHeaderWrapped || isExacter || !isTsv) return withNotes(on)
  // Two texts that are one quote each look like a field over many lines.
  if (mergesLines) return refuse(wish, off)
  if (escaped > 0) return withNotes(on)
  if (hasWrappedColumn(off.split)) return refuse(wish, off)
  return wrapsCommas(off.split) ?? keepsQuotes(off, wrapped)

  function wrapsCommas({ records }: SplitText): Dialect | null {
    // Spreadsheets wrap what has a comma, in tables separated by tabs too.
    const fields = records.flatMap((record) => record.fields)
    const isWrapped = (field: string): boolean =>
      field.length > 1 && field.startsWith('"') && field.endsWith('"')
    const commas = fields.filter((field) => field.includes(','))
    const isSpreadsheet =
      commas.length > 0 && fields.every((field) => field.includes(',') === isWrapped(field))
    if (!isSpreadsheet) return null
    return commas.length >= 3 ? withNotes(on) : refuse(wish, off)
  }
}

function keepsQuotes(off: Trial, wrapped: number): Dialect {
  const count = wrapped === 1 ? '1 field stands' : `${wrapped} fields stand`
  return { ...off, notes: [`${count} in quotes; they were kept as part of the text (quoting off).`] }
}

function withNotes(trial: Trial): Dialect {
  const { delimiter, quoting, backslash } = trial.rules
  const notes: string[] = []
  if (delimiter === '\t' && quoting === 'on')
    notes.push('Its fields are quoted as in CSV; the quotes around them were taken off.')
  if (delimiter !== '\t' && quoting === 'off')
    notes.push('Its fields are not quoted; every quote was kept as part of the text.')
  if (backslash) notes.push('A backslash before a sign was taken off.')
  return { ...trial, notes }
}

function refuse({ path }: DialectWish, off: Trial): never {
  const line = off.split.records.find(({ fields }) => fields.some((field) => field.startsWith('"')))?.row ?? 1
  throw new LabError(
    'dataset-ambiguous',
    `${path} can be read in two ways from line ${line} on: quotes may wrap its fields, as in CSV, or be part of the texts.`,
    'Say which: --quoting on takes the quotes around fields off, --quoting off keeps every quote.',
  )
}

/** How many records have more fields than there are columns; only empty ones are forgiven. */
function paddedRecords({ records }: SplitText): number {
  const width = records[0]?.fields.length ?? 0
  return records.filter(({ fields }) => fields.length > width).length
}

function hasWrappedColumn({ records }: SplitText): boolean {
  const rows = records.slice(1).filter(({ fields }) => !isBlank(fields))
  const width = records[0]?.fields.length ?? 0
  const columns = Array.from({ length: width }, (_, column) => column)
  return columns.some((column) => rows.every(({ fields }) => /^".*"$/s.test(fields[column] ?? '')))
}
