/** Files in the form of the CoNLL shared tasks: one word a line with its columns, an empty line behind each sentence. */
import type { ProblemRow } from '@shared/results/dataset-summary.ts'

/** A word of a sentence. */
export interface TaggedWord {
  /** Line, counted from 1. */
  readonly row: number
  readonly word: string
  readonly tag: string
}

/** A file's sentences. */
export interface ColumnFile {
  readonly sentences: readonly (readonly TaggedWord[])[]
  /** Lines with another number of columns; their sentences are not among the others. */
  readonly problems: readonly ProblemRow[]
}

/** Columns, counted from 0. */
export interface WordColumns {
  readonly word: number
  readonly tag: number
}

/** What begins a document; no sentence. */
const documentStart = '-DOCSTART-'
/** `O`, or a place in an entity and its type; of BIOES also the letters of BILOU. */
const tagPattern = /^(?:O|[BIESLU]-\S+)$/
/** Lines that are looked at to recognise the form. */
const lookedAt = 5000

/**
 * Whether a text has this form: as many columns in every line, the last of them tags, and empty lines between.
 *
 * @param text of the file
 */
export function isColumnFile(text: string): boolean {
  const lines = linesOf(text).slice(0, lookedAt)
  const words = lines.filter((line) => line.trim() !== '' && !isDocumentStart(line))
  if (words.length < 2 || words.length === lines.length) return false
  const separator = separatorOf(words)
  const columns = fieldsOf(words[0]!, separator).length
  if (columns < 2) return false
  const fitting = words.filter((line) => {
    const fields = fieldsOf(line, separator)
    return fields.length === columns && tagPattern.test(fields.at(-1)!)
  })
  return fitting.length >= 0.98 * words.length
}

/**
 * Takes a file apart.
 *
 * @param text of the file
 * @param path for problems
 * @param wanted columns that a person names; the first and the last where they name none
 */
export function readColumnFile(text: string, path: string, wanted: Partial<WordColumns>): ColumnFile {
  const lines = linesOf(text)
  const words = lines.filter((line) => line.trim() !== '' && !isDocumentStart(line))
  const separator = separatorOf(words)
  const columns = mostFrequent(words.map((line) => fieldsOf(line, separator).length))
  const places = { word: wanted.word ?? 0, tag: wanted.tag ?? columns - 1 }
  const sentences: TaggedWord[][] = []
  const problems: ProblemRow[] = []
  let sentence: TaggedWord[] = []
  let isBroken = false
  const close = (): void => {
    if (sentence.length > 0 && !isBroken) sentences.push(sentence)
    sentence = []
    isBroken = false
  }
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '' || isDocumentStart(line)) {
      close()
      continue
    }
    const fields = fieldsOf(line, separator)
    const [word, tag] = [fields[places.word], fields[places.tag]]
    if (fields.length === columns && word !== undefined && word !== '' && tag !== undefined) {
      sentence.push({ row: index + 1, word, tag })
      continue
    }
    isBroken = true
    problems.push({
      file: path,
      row: index + 1,
      code: fields.length > columns ? 'extra-column' : 'missing-column',
      message: `The line has ${fields.length} columns; ${columns} were expected: a word first, its tag last.`,
    })
  }
  close()
  return { sentences, problems }
}

function linesOf(text: string): string[] {
  return text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)
}

function isDocumentStart(line: string): boolean {
  return line.trimStart().startsWith(documentStart)
}

/** A tab where most lines have one: words may then hold spaces. */
function separatorOf(words: readonly string[]): RegExp {
  const tabbed = words.filter((line) => line.includes('\t')).length
  return tabbed > words.length / 2 ? /\t/ : /[ \t]+/
}

function fieldsOf(line: string, separator: RegExp): string[] {
  return line
    .replace(/[ \t]+$/, '')
    .split(separator)
    .map((field) => field.trim())
}

function mostFrequent(values: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0]?.[0] ?? 0
}
