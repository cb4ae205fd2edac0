/** From a decoded file to a table with named columns. */
import { extname } from 'node:path'
import { delimitedTable } from './delimited-table.ts'
import type { FileText } from './file-text.ts'
import { jsonTable } from './json-table.ts'
import type { ReadingContext } from './reading-context.ts'
import type { Table } from './table.ts'

const jsonExtensions = ['.jsonl', '.ndjson', '.json']

/**
 * A file's rows and the names of their columns. Columns are named by a header or by JSON keys; CoLA's files without a
 * header are told by their four columns.
 *
 * @param file decoded file
 * @param context what is known beforehand
 * @failure dataset-unrecognized, dataset-ambiguous, file-empty, file-unreadable
 */
export function readTable(file: FileText, context: ReadingContext): Table {
  const extension = extname(file.path).toLowerCase()
  const isNamedJson = jsonExtensions.includes(extension)
  if (isJson(file.text, isNamedJson)) {
    const table = jsonTable(file)
    return isNamedJson ? table : noted(table, `It holds JSON, although its name ends in "${extension}".`)
  }
  const table = delimitedTable(file, context, extension === '.csv' ? ',' : '\t')
  return isNamedJson ? noted(table, `It holds no JSON, although its name ends in "${extension}".`) : table
}

function noted(table: Table, note: string): Table {
  return { ...table, notes: [...table.notes, note] }
}

/** By its first sign; a table whose texts begin with a bracket is told by the file's name, or by not being JSON. */
function isJson(text: string, isNamedJson: boolean): boolean {
  const start = text.trimStart()
  if (isNamedJson && /^\s*\{.*\}\s*$/m.test(text)) return true
  // Comments, and objects that were encoded twice: no JSON Lines, but meant as such.
  if (isNamedJson && /^(?:"\{|\/[/*])/.test(start)) return true
  // Python's way to print objects.
  if (/^\[?\s*\{\s*'[^']*'\s*:/.test(start)) return true
  if (!/^[[{]/.test(start)) return false
  return isNamedJson || /^\{\s*"|^\[\s*\{\s*"/.test(start)
}
