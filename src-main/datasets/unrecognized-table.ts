/** The refusal of a table whose columns the lab does not know, with the step that makes it work. */
import { readingByItself } from '@shared/contracts/dataset-reading.ts'
import { LabError } from '@shared/failures/failure.ts'
import { delimiterName } from '@shared/results/dialect-text.ts'
import { recognizedColumns } from './column-names.ts'
import { listed, namesLabel, namesText, optionValue } from './column-roles.ts'
import type { DelimitedRecord } from './delimited-records.ts'
import { suggestColumns, type SuggestedColumns } from './suggest-columns.ts'

/** What was found. */
export interface UnnamedTable {
  readonly path: string
  readonly records: readonly Pick<DelimitedRecord, 'fields' | 'row'>[]
  /** Lines before the first record. */
  readonly skippedLines: number
  readonly delimiter: string
  /** Whether the person said that there is no header. */
  readonly isHeaderless: boolean
}

/**
 * Says which columns were found and how to name the right ones.
 *
 * @param table what was found
 */
export function unnamedColumns(table: UnnamedTable): LabError {
  const { path, records, delimiter, isHeaderless } = table
  const [first, ...rows] = records.map(({ fields }) => fields)
  const fields = first ?? []
  const separated = fields.length > 1 ? `, separated by ${delimiterName(delimiter)}` : ''
  const isData = isHeaderless || (rows.length > 0 && looksLikeData(fields, rows))
  const body = isData ? [fields, ...rows] : rows
  const suggested = suggestColumns(body, fields.length) ?? (isData ? null : namedAlike(fields))
  if (isConll(records)) return conllFailure(path)
  const displaced = displacedHeader(table)
  if (displaced !== null) return displaced
  const known = knownForm(path, fields.join(delimiter))
  if (known !== null) return known
  const other = otherDelimiter(fields, delimiter)
  if (other !== null) return wrongDelimiter(path, fields, delimiter, other)
  if (isData) {
    const columns = `${fields.length} ${fields.length === 1 ? 'column' : 'columns'}`
    return new LabError(
      'dataset-unrecognized',
      `${path} has no line that names its columns; its first line reads: ${fields.map((field) => field.slice(0, 40)).join(' | ')} (${columns}${separated}).`,
      suggested === null
        ? `Write a first line with the names of the columns, such as text${fields.length > 1 ? ' and label' : ''}.`
        : `Say which column is which: --no-header ${optionsFor(suggested, (column) => String(column + 1))}.`,
    )
  }
  return new LabError(
    'dataset-unrecognized',
    `${path} has no text column that the lab knows by its name (${recognizedColumns.text}); its columns are ${listed(fields)}${separated}.`,
    suggested === null || fields.length < 2
      ? 'Name the columns of texts and labels in the first line, or by options (--text-column, --label-column).'
      : `Say which column is which: ${optionsFor(suggested, (column) => optionValue(fields[column]!, column))}.`,
  )
}

function optionsFor({ text, pair, label }: SuggestedColumns, nameOf: (column: number) => string): string {
  const options = [`--text-column ${nameOf(text)}`]
  if (pair !== null) options.push(`--pair-column ${nameOf(pair)}`)
  if (label !== null) options.push(`--label-column ${nameOf(label)}`)
  return options.join(' ')
}

/** Columns whose names have a known one among other words, such as "Text (en)". */
function namedAlike(fields: readonly string[]): SuggestedColumns | null {
  const find = (words: RegExp): number => fields.findIndex((name) => words.test(name))
  const text = find(/\b(?:text|sentence|review|comment|content|tweet)\b/i)
  const label = find(/\b(?:labels?|class|target|sentiment|category)\b/i)
  return text < 0 ? null : { text, pair: null, label: label < 0 || label === text ? null : label }
}

const usualSigns = [',', '\t', ';', '|']

/** The separator that would name a column of texts, where this one names none. */
function otherDelimiter(fields: readonly string[], delimiter: string): string | null {
  const line = fields.join(delimiter)
  // Names may have spaces: between them is only looked where nothing else separates.
  const unusual = line.match(/[^\p{L}\p{N}\s"'_.#\\-]/gu) ?? []
  const signs = [...new Set([...usualSigns, ...unusual]), ...(fields.length === 1 ? [' '] : [])]
  const found = signs.find((other) => {
    const names = line.split(other)
    const isCertain = usualSigns.includes(other) || namesLabel(names)
    return names.length > 1 && namesText(names, readingByItself) && isCertain
  })
  return found ?? null
}

function wrongDelimiter(path: string, fields: readonly string[], delimiter: string, other: string): LabError {
  const line = fields.join(delimiter).slice(0, 60)
  return new LabError(
    'dataset-unrecognized',
    `${path} was to be separated by ${delimiterName(delimiter)}, but its first line, ${line}, names columns between ${delimiterName(other)}.`,
    other === ' '
      ? 'Separate the columns by tabs or commas instead: texts have spaces too.'
      : `Import it with --delimiter ${other === '\t' ? 'tab' : `"${other}"`}.`,
  )
}

/** Whether the first line reads like a row: long, with numbers, or with a label that other rows have. */
function looksLikeData(fields: readonly string[], rows: readonly (readonly string[])[]): boolean {
  if (fields.some((field) => field.length > 60 || field.trim().split(/\s+/).length > 5)) return true
  const label = suggestColumns(rows, fields.length)?.label
  return fields.some((field, column) => {
    const cell = field.trim()
    if (cell === '') return false
    if (Number.isFinite(Number(cell))) return true
    const alike = rows.slice(0, 1000).filter((row) => row[column]?.trim() === cell).length
    return alike >= (column === label ? 1 : 2)
  })
}

/** Token per line, tags behind it, sentences apart by empty lines. */
function isConll(records: UnnamedTable['records']): boolean {
  const looked = records.slice(0, 50).map(({ fields }) => fields.join(' ').trim())
  const tagged = looked.filter(
    (line) => /^\S+(?:\s+\S+){1,4}$/.test(line) && /\s(?:O|[BIES]-\w+)$/.test(line),
  )
  return tagged.length > looked.length / 2 && looked.includes('')
}

/** Names of columns that are there, but in quotes as one field, or below other lines. */
function displacedHeader(table: UnnamedTable): LabError | null {
  const { path, records, delimiter, skippedLines } = table
  const [first, ...others] = records
  const [whole] = first?.fields ?? []
  if (
    first?.fields.length === 1 &&
    namesText(whole!.split(delimiter), readingByItself) &&
    whole!.includes(delimiter)
  )
    return new LabError(
      'dataset-unrecognized',
      `${path} has quotes around every line as a whole, so that no line has columns; its first line reads: "${whole!.slice(0, 40)}".`,
      'Take the quotes at both ends of every line off, and make doubled quotes inside single ones.',
    )
  const below = others
    .slice(0, 20)
    .find(({ fields }) => namesText(fields, readingByItself) && namesLabel(fields))
  if (below === undefined) return null
  return new LabError(
    'dataset-unrecognized',
    `${path} names its columns on line ${below.row + skippedLines} (${listed(below.fields)}), not on its first line.`,
    'Delete the lines before it.',
  )
}

/** Forms of other programs that one line shows. */
function knownForm(path: string, line: string): LabError | null {
  if (/^__label__\S+[\s,]/.test(line))
    return new LabError(
      'dataset-unrecognized',
      `${path} has fastText's form: a label such as ${/^__label__\w+/.exec(line)?.[0] ?? '__label__'} stands before the text.`,
      'Write label and text into two columns, with a tab between them and "label", "text" as the first line.',
    )
  if (namesText(line.split('\\t'), readingByItself) && line.includes('\\t'))
    return new LabError(
      'dataset-unrecognized',
      `${path} has the two signs \\t in its first line where a tab is meant.`,
      'Replace them by real tabs in the whole file.',
    )
  if (/^\s*[([]\s*['"].*['"\w]\s*[)\]],?\s*$/.test(line))
    return new LabError(
      'dataset-unrecognized',
      `${path} holds Python's lists or tuples; its first line reads: ${line.slice(0, 60)}.`,
      'Write the rows with Python’s csv module, the names of the columns first, or one JSON object a line.',
    )
  return null
}

function conllFailure(path: string): LabError {
  return new LabError(
    'dataset-unrecognized',
    `${path} holds one word a line with a tag (CoNLL); the lab reads one text a row with a label.`,
    'Choose a data set of labelled texts; tagging words is not a task of the lab.',
  )
}
