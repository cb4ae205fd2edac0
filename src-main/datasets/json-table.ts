/** Tables in JSON: one object a line, an array of objects, or objects one after the other. */
import { readingByItself } from '@shared/contracts/dataset-reading.ts'
import { LabError } from '@shared/failures/failure.ts'
import type { ProblemRow } from '@shared/results/dataset-summary.ts'
import { namesText } from './column-roles.ts'
import type { FileText } from './file-text.ts'
import { jsonPieces, repeatedKey, type JsonPiece } from './json-values.ts'
import type { Field, Table, TableRow } from './table.ts'
import { checkColumnCount, mostRowCharacters, TableSize, tooLongMessage } from './table-limits.ts'
import { whyNotJson } from './why-not-json.ts'

type JsonObject = Readonly<Record<string, unknown>>
type RowProblem = Pick<ProblemRow, 'code' | 'message'>
const wanted = 'Write one object a line, such as {"text": "…", "label": "…"}'

/**
 * The table of a JSON file. Its columns are the keys of all objects, in order of first appearance; numbers and booleans
 * become their text. What is no object becomes a problem of its row.
 *
 * @param file decoded file
 * @failure dataset-unrecognized when it holds no object, or one object that holds the table; file-unreadable when it is
 *   too large
 */
export function jsonTable(file: FileText): Table {
  const { pieces, notes } = piecesOf(file)
  const columns = new Map<string, number>()
  const rows: TableRow[] = []
  const problems: ProblemRow[] = []
  const size = new TableSize(file.path)
  let first: JsonObject | null = null
  for (const { row, text } of pieces) {
    const read = readObject(text)
    if ('code' in read) {
      problems.push({ file: file.path, row, ...read })
      continue
    }
    first ??= read.object
    const fields: Field[] = []
    for (const [key, value] of Object.entries(read.object)) {
      const column = columns.get(key) ?? columns.size
      columns.set(key, column)
      fields[column] = fieldOf(value)
    }
    checkColumnCount(file.path, columns.size, 'different keys')
    size.add(fields.length)
    rows.push({ row, fields })
  }
  const [problem] = problems
  if (first === null) throw noObject(file.path, problem)
  if (rows.length === 1 && pieces.length === 1) refuseWrapper(file.path, first)
  return {
    path: file.path,
    columns: [...columns.keys()],
    rows,
    dialect: { delimiter: null, quoting: null, encoding: file.encoding, header: null },
    isCola: false,
    problems,
    notes: [...file.notes, ...notes],
  }
}

function piecesOf({ path, text }: FileText): {
  readonly pieces: readonly JsonPiece[]
  readonly notes: readonly string[]
} {
  if (isOneALine(text)) {
    const pieces: JsonPiece[] = []
    text.split('\n').forEach((line, index) => {
      if (line.trim() !== '') pieces.push({ row: index + 1, text: line.trim() })
    })
    return { pieces, notes: [] }
  }
  const { pieces, unterminated } = jsonPieces(text)
  if (unterminated !== null) {
    throw new LabError(
      'dataset-unrecognized',
      `${path}: the JSON object or list that begins on line ${unterminated} never ends.`,
      'Check that the file was copied or downloaded whole.',
    )
  }
  const isArray = text.trimStart().startsWith('[')
  return {
    pieces,
    notes: [isArray ? 'It is one JSON array of objects.' : 'Its JSON objects run over several lines.'],
  }
}

/** Whether most lines that are not empty begin and end like an object, or the first is a whole one. */
function isOneALine(text: string): boolean {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const [first] = lines
  if (first === undefined) return true
  if (/^\s*\[/.test(first)) {
    const isList = !/^\s*\[\s*(?:\{|$)/.test(first)
    return (
      isList &&
      lines.length > 1 &&
      lines.filter((line) => /^\s*\[.*\]\s*$/.test(line)).length === lines.length
    )
  }
  const objects = lines.filter((line) => /^\s*\{.*\}\s*,?\s*$/.test(line))
  return objects.length > lines.length / 2 || !text.trimStart().startsWith('{')
}

function readObject(text: string): { readonly object: JsonObject } | RowProblem {
  if (text.length > mostRowCharacters) return { code: 'malformed-row', message: tooLongMessage(text.length) }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { code: 'malformed-row', message: whyNotJson(text) }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { code: 'malformed-row', message: whyNotJson(text) }
  const twice = repeatedKey(text)
  if (twice !== null)
    return {
      code: 'malformed-row',
      message: `The object has the key "${twice}" twice. Leave one of them out.`,
    }
  return { object: value as JsonObject }
}

function fieldOf(value: unknown): Field {
  switch (typeof value) {
    case 'string':
      return value
    case 'boolean':
      return String(value)
    case 'number':
      return Number.isInteger(value) && !Number.isSafeInteger(value)
        ? { holds: 'a number too large to be kept exactly' }
        : String(value)
    default:
      if (value === null || value === undefined) return { holds: 'null' }
      return Array.isArray(value) ? { holds: 'a list' } : { holds: 'an object', keys: Object.keys(value) }
  }
}

function noObject(path: string, problem: ProblemRow | undefined): LabError {
  const reason = problem === undefined ? '' : ` Line ${problem.row}: ${problem.message}`
  return new LabError(
    'dataset-unrecognized',
    `${path} was read as JSON, but none of its values is an object.${reason}`,
    `${wanted}.`,
  )
}

/** One object alone: a table inside it, or a server's message. */
function refuseWrapper(path: string, object: JsonObject): void {
  const entries = Object.entries(object)
  const lists = entries.filter(([, value]) => Array.isArray(value) && typeof value[0] === 'object')
  const holdsText = ([, value]: readonly [string, unknown]): boolean =>
    namesText(Object.keys((value as readonly object[])[0] ?? {}), readingByItself)
  const inner = lists.find(holdsText) ?? lists.at(-1)
  if (inner !== undefined && Array.isArray((inner[1] as unknown[])[0])) {
    throw new LabError(
      'dataset-unrecognized',
      `${path} is one object whose key "${inner[0]}" holds rows without names.`,
      'Write one object a row; with pandas: read_json("…", orient="split").to_json("…", orient="records", lines=True).',
    )
  }
  if (lists.filter(holdsText).length > 1) {
    throw new LabError(
      'dataset-unrecognized',
      `${path} is one object with ${lists.length} lists (${lists
        .map(([key]) => key)
        .slice(0, 6)
        .join(', ')}).`,
      `Write each list into a file of its own: ${lists
        .map(([key]) => `${key}.json`)
        .slice(0, 3)
        .join(', ')}.`,
    )
  }
  if (inner !== undefined) {
    throw new LabError(
      'dataset-unrecognized',
      `${path} is one object whose key "${inner[0]}" holds a list of ${(inner[1] as unknown[]).length} entries.`,
      'Write that list alone into the file, as an array or one object a line.',
    )
  }
  const isByColumn =
    entries.length > 0 && entries.every(([, value]) => typeof value === 'object' && value !== null)
  const rowKeys = isByColumn && !Array.isArray(entries[0]![1]) ? Object.keys(entries[0]![1] as object) : []
  if (entries.every(([key]) => !namesText([key], readingByItself)) && namesText(rowKeys, readingByItself)) {
    throw new LabError(
      'dataset-unrecognized',
      `${path} is one object whose values are the rows (${entries
        .map(([key]) => key)
        .slice(0, 6)
        .join(', ')}).`,
      'Write the values alone, one a line; with pandas: read_json("…", orient="index").to_json("…", orient="records", lines=True).',
    )
  }
  if (isByColumn) {
    throw new LabError(
      'dataset-unrecognized',
      `${path} is one object that holds a table column by column (${entries
        .map(([key]) => key)
        .slice(0, 6)
        .join(', ')}).`,
      'Write it row by row; with pandas: to_json("…", orient="records", lines=True).',
    )
  }
  const message = object['error'] ?? object['message']
  if (entries.length <= 3 && typeof message === 'string' && !('text' in object) && !('label' in object)) {
    throw new LabError(
      'file-binary',
      `${path} is a server's message ("${message.slice(0, 60)}"), not the file.`,
      'Open the address in a browser to see what is there (a login, a moved file), and download the file itself.',
    )
  }
}
