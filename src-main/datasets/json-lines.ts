/** Rows of JSON Lines: one object a line. */
import { LabError } from '@shared/failures/failure.ts'
import type { ProblemRow } from '@shared/results/dataset-summary.ts'
import type { FileText } from './file-text.ts'
import type { Table, TableRow } from './table.ts'

/**
 * The table of a JSON Lines file. Its columns are the keys of all objects, in order of first appearance; numbers and
 * booleans become their text, null and nested values count as missing. Lines that are no object become problems; blank
 * lines are skipped.
 *
 * @param file decoded file
 * @failure dataset-unrecognized when the file is one JSON array instead
 */
export function jsonLinesTable(file: FileText): Table {
  if (file.text.trimStart().startsWith('[')) {
    throw new LabError(
      'dataset-unrecognized',
      `${file.path} is one JSON array; JSON Lines (one object a line) is needed.`,
      'Write every element of the array on a line of its own.',
    )
  }
  const objects: { readonly row: number; readonly fields: ReadonlyMap<string, string> }[] = []
  const problems: ProblemRow[] = []
  const columns = new Set<string>()
  file.text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return
    const row = index + 1
    const content = parsedObject(line)
    if (content === null) {
      const message = `The line is not a JSON object: ${line.slice(0, 60)}`
      problems.push({ file: file.path, row, code: 'malformed-row', message })
      return
    }
    const fields = new Map<string, string>()
    for (const [key, value] of Object.entries(content)) {
      columns.add(key)
      if (typeof value === 'string') fields.set(key, value)
      else if (typeof value === 'number' || typeof value === 'boolean') fields.set(key, String(value))
    }
    objects.push({ row, fields })
  })
  const names = [...columns]
  const rows: TableRow[] = objects.map(({ row, fields }) => ({
    row,
    fields: names.map((name) => fields.get(name)),
  }))
  return { path: file.path, columns: names, rows, hasFixedWidth: false, hasHeader: true, problems }
}

function parsedObject(line: string): object | null {
  try {
    const content: unknown = JSON.parse(line)
    return typeof content === 'object' && content !== null && !Array.isArray(content) ? content : null
  } catch {
    return null
  }
}
