/** Data sets whose words have labels: column files → sentences → tags in one form → examples. */
import { extname } from 'node:path'
import { LabError } from '@shared/failures/failure.ts'
import { tasks, type TaskId } from '@shared/tasks/task.ts'
import type { Example, ProblemRow, SplitName } from '@shared/results/dataset-summary.ts'
import type { DatasetReading } from '@shared/contracts/dataset-reading.ts'
import { isColumnFile, readColumnFile, type TaggedWord, type WordColumns } from './column-file.ts'
import { readDataFile } from './data-file.ts'
import { inIob2, isEntityTag, tagFormOf } from './entity-tags.ts'
import { decodeFileText, type FileText } from './file-text.ts'
import { encodingName } from './text-decoder.ts'
import type { DatasetFile } from './dataset-files.ts'
import type { ParsedSplit } from './parsed-split.ts'

/** What was read, as `importDataset` goes on with it. */
export interface WordLabels {
  readonly task: TaskId
  readonly labels: readonly string[]
  readonly splits: Readonly<Record<SplitName, ParsedSplit>>
  readonly notes: readonly string[]
  readonly problems: readonly ProblemRow[]
  readonly encoding: string
}

interface ReadFile extends DatasetFile {
  readonly sha256: string
  readonly text: FileText
}

/** The entity types of CoNLL-2003. */
const conllTypes = new Set(['LOC', 'MISC', 'ORG', 'PER'])

/**
 * Reads files of words and tags; null where the files are of another form.
 *
 * @param files answer of `listDatasetFiles`
 * @param task that a person names; null = recognised
 * @param reading how the files are read
 * @failure not-found, file-unreadable, file-empty, file-binary, file-encoding, invalid-argument, task-mismatch
 */
export async function importWordLabels(
  files: readonly DatasetFile[],
  task: TaskId | null,
  reading: DatasetReading,
): Promise<WordLabels | null> {
  if (task !== null && tasks[task].kind !== 'token-classification') return null
  const [first] = files
  if (first === undefined) return null
  if (task === null && !(await looksLikeColumnFile(first, reading))) return null
  const read: ReadFile[] = []
  const leftOut: string[] = []
  for (const file of files) {
    const next = await readText(file, reading)
    if (isColumnFile(next.text.text)) read.push(next)
    else if (file.isOptional) leftOut.push(`${file.path} was left out: it does not hold words with tags.`)
    else throw notOfWords(file.path, task)
  }
  if (read.length === 0) throw notOfWords(first.path, task)
  return taggedSplits(read, task, columnsOf(reading), leftOut)
}

/** Endings of files that are never of this form. */
const otherEndings = ['.csv', '.json', '.jsonl', '.ndjson']
/** Bytes by which the form is recognised. */
const headBytes = 2 ** 16

/** Whether the beginning of a file has the form; what is wrong with a file of another form is said by its own reader. */
async function looksLikeColumnFile(file: DatasetFile, reading: DatasetReading): Promise<boolean> {
  if (otherEndings.includes(extname(file.path).toLowerCase())) return false
  try {
    const { bytes, ...data } = await readDataFile(file.path)
    const cut = bytes.length > headBytes ? bytes.lastIndexOf('\n', headBytes) : bytes.length
    const declared = reading.encoding === null ? null : encodingName(reading.encoding)
    return isColumnFile(decodeFileText({ ...data, bytes: bytes.subarray(0, cut) }, declared).text)
  } catch (thrown) {
    if (thrown instanceof LabError) return false
    throw thrown
  }
}

async function readText(file: DatasetFile, reading: DatasetReading): Promise<ReadFile> {
  const data = await readDataFile(file.path)
  const declared = reading.encoding === null ? null : encodingName(reading.encoding)
  return { ...file, sha256: data.sha256, text: decodeFileText(data, declared) }
}

function notOfWords(path: string, task: TaskId | null): LabError {
  return new LabError(
    'task-mismatch',
    `${path} does not hold words with tags: one word a line, its tag in the last column, an empty line behind each sentence${task === null ? ', as the files beside it do' : ''}.`,
    task === null ? 'Leave this file out, or write it in that form.' : 'Choose another task or another file.',
  )
}

/** Columns that a person names by number. */
function columnsOf({ textColumn, labelColumn }: DatasetReading): Partial<WordColumns> {
  const placeOf = (column: string | null, option: string): number | undefined => {
    if (column === null) return undefined
    const number = Number(column)
    if (Number.isInteger(number) && number >= 1) return number - 1
    throw new LabError(
      'invalid-argument',
      `${option} is "${column}", but the columns of words and tags have no names.`,
      `Give ${option} as a number, counted from 1.`,
    )
  }
  const word = placeOf(textColumn, '--text-column')
  const tag = placeOf(labelColumn, '--label-column')
  return { ...(word === undefined ? {} : { word }), ...(tag === undefined ? {} : { tag }) }
}

/** Sentences of all files, with tags in one form. */
function taggedSplits(
  files: readonly ReadFile[],
  wantedTask: TaskId | null,
  columns: Partial<WordColumns>,
  leftOut: readonly string[],
): WordLabels {
  const parsed = files.map((file) => ({ file, ...readColumnFile(file.text.text, file.path, columns) }))
  const all = parsed.flatMap(({ sentences }) => sentences.map((words) => words.map(({ tag }) => tag)))
  const tagged = all.filter((tags) => tags.every(isEntityTag))
  const types = [...new Set(tagged.flat().flatMap((tag) => (tag === 'O' ? [] : [tag.slice(2)])))].sort()
  const task =
    wantedTask ??
    (types.length === 4 && types.every((type) => conllTypes.has(type)) ? 'conll2003' : 'token-classification')
  const fixed = tasks[task].labels
  const labels = fixed.length > 0 ? fixed : ['O', ...types.flatMap((type) => [`B-${type}`, `I-${type}`])]
  const form = tagFormOf(tagged)
  const problems = parsed.flatMap((file) => [...file.problems])
  const splits = parsed.map(({ file, sentences }): [SplitName, ParsedSplit] => {
    const examples = sentences.flatMap((sentence) => {
      const found = exampleOf(sentence, labels, file)
      if (!('code' in found)) return [found]
      problems.push(found)
      return []
    })
    return [file.split, { examples, source: { path: file.path, sha256: file.sha256 } }]
  })
  return {
    task,
    labels,
    splits: Object.fromEntries(splits),
    notes: [
      `Read as words with tags: the word in column ${(columns.word ?? 0) + 1}, the tag in ${columns.tag === undefined ? 'the last column' : `column ${columns.tag + 1}`}.`,
      form === 'IOB2'
        ? 'The tags have the form IOB2: every entity begins with B-.'
        : `The tags have the form ${form}; they are kept in the form IOB2, with the same entities.`,
      ...files.flatMap(({ text }) => text.notes),
      ...leftOut,
    ],
    problems: problems.sort((a, b) => a.file.localeCompare(b.file) || a.row - b.row),
    encoding: files[0]!.text.encoding,
  }
}

function exampleOf(
  sentence: readonly TaggedWord[],
  labels: readonly string[],
  file: ReadFile,
): Example | ProblemRow {
  const broken = sentence.find(({ row }) => file.text.invalidLines.has(row))
  if (broken !== undefined)
    return {
      file: file.path,
      row: broken.row,
      code: 'invalid-utf8',
      message: `Line ${broken.row} is not valid UTF-8. Save the file as UTF-8.`,
    }
  const tags = inIob2(sentence.map(({ tag }) => tag))
  const wordLabels = tags.map((tag) => labels.indexOf(tag))
  const unknown = sentence.findIndex(({ tag }, place) => !isEntityTag(tag) || wordLabels[place]! < 0)
  if (unknown >= 0) {
    const { tag, row } = sentence[unknown]!
    return {
      file: file.path,
      row,
      code: 'unknown-label',
      message: `The tag is "${tag.slice(0, 60)}"; O, or B- or I- and one of ${[...new Set(labels.slice(1).map((label) => label.slice(2)))].join(', ')} was expected.`,
    }
  }
  const words = sentence.map(({ word }) => word)
  return { text: words.join(' '), words, wordLabels }
}
