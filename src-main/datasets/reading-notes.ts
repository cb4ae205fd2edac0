/** What a person should know about how a data set was read, in sentences. */
import { basename } from 'node:path'
import type { FileDialect } from '@shared/results/dataset-summary.ts'
import { dialectText } from '@shared/results/dialect-text.ts'
import type { TaskId } from '@shared/tasks/task.ts'
import type { LoadedFile, LoadedFiles } from './load-tables.ts'

/**
 * Notes about the files: columns taken, forms that differ from the first file's, what was left out.
 *
 * @param loaded files that make up the data set, and those that do not
 * @param task the data set's task
 */
export function readingNotes(loaded: LoadedFiles, task: TaskId): readonly string[] {
  const { files, leftOut } = loaded
  const [first, ...others] = files
  const isCustom = task === 'classification' || task === 'regression'
  const notes = isCustom ? [columnsNote(first)] : []
  const ofNote = new Map<string, string[]>()
  for (const file of files) {
    const own = file.hasDecimalCommas ? [...file.notes, 'Its scores have decimal commas.'] : file.notes
    for (const note of own) ofNote.set(note, [...(ofNote.get(note) ?? []), basename(file.path)])
  }
  for (const [note, names] of ofNote) notes.push(`${names.join(', ')}: ${note}`)
  for (const other of others) {
    if (sameDialect(other.table.dialect, first.table.dialect)) continue
    notes.push(
      `${basename(other.path)} is read differently from ${basename(first.path)}: ${dialectText(other.table.dialect)}.`,
    )
  }
  for (const { path, reason } of leftOut)
    notes.push(`Left out: ${basename(path)}, which ${reason.replace(`${path} `, '').replace(/\.$/, '')}.`)
  if (!files.some(({ split }) => ['train', 'validation', 'test'].includes(split)))
    notes.push(
      `No file is named after a split; "${first.split}" can be evaluated and predicted, but training needs files named train and dev (train.csv, dev.csv).`,
    )
  return notes
}

/**
 * Says which splits are the very same file: what is measured on them is not what it seems.
 *
 * @param files that make up the data set
 */
export function sameFilesNotes(files: readonly LoadedFile[]): readonly string[] {
  return files.flatMap((file, index) => {
    const other = files.slice(0, index).find(({ sha256 }) => sha256 === file.sha256)
    return other === undefined
      ? []
      : [
          `${basename(file.path)} and ${basename(other.path)} are the same file: a score on "${file.split}" tells nothing about new texts.`,
        ]
  })
}

function columnsNote({ table, roles }: LoadedFile): string {
  const name = (column: number): string => `"${table.columns[column]!}"`
  const parts = [`texts from ${name(roles.text)}`]
  if (roles.pair !== null) parts.push(`second texts from ${name(roles.pair)}`)
  if (roles.label !== null) parts.push(`labels from ${name(roles.label)}`)
  const used = [roles.text, roles.pair, roles.label]
  const unused = table.columns.filter((column, index) => column !== '' && !used.includes(index))
  const rest =
    unused.length === 0 ? '' : `; not used: ${unused.slice(0, 8).join(', ')}${unused.length > 8 ? ', …' : ''}`
  return `Columns: ${parts.join(', ')}${rest}.`
}

/** Quoting is left out: in a file without quotes it says nothing, and other files have notes of their own about it. */
function sameDialect(left: FileDialect, right: FileDialect): boolean {
  return dialectText({ ...left, quoting: null }) === dialectText({ ...right, quoting: null })
}
