/** Data files for tests, in a folder of their own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { importDataset, type ImportOptions, type ParsedDataset } from '@main/datasets/import-dataset.ts'
import { readingByItself, type DatasetReading } from '@shared/contracts/dataset-reading.ts'
import { LabError } from '@shared/failures/failure.ts'

/** Name of a file → its content. */
export type DataFiles = Readonly<Record<string, string | Uint8Array>>

/** A refusal, and whether rows were at fault. */
export interface Refusal {
  readonly code: string
  readonly message: string
  readonly hint: string
}

/** What became of an import: the data set, or the refusal. */
export type Outcome = { readonly parsed: ParsedDataset } | { readonly refusal: Refusal }

/**
 * Writes files into a new folder, and reads that folder.
 *
 * @param files their names and contents; a name may have folders
 * @param options task and reading
 * @param folderName name of the folder, which may tell the task
 */
export async function importFiles(
  files: DataFiles,
  options: Omit<ImportOptions, 'reading'> & { readonly reading?: Partial<DatasetReading> } = {},
  folderName = 'set',
): Promise<Outcome> {
  const home = mkdtempSync(join(tmpdir(), 'data-folder-'))
  const folder = join(home, folderName)
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), content)
    }
    const reading = { ...readingByItself, ...options.reading }
    return { parsed: await importDataset([folder], { ...options, reading }) }
  } catch (thrown) {
    if (!(thrown instanceof LabError)) throw thrown
    const { code, message, hint } = thrown.toFailure()
    return { refusal: { code, message: message.replaceAll(`${folder}/`, ''), hint } }
  } finally {
    rmSync(home, { recursive: true })
  }
}

/**
 * Examples with the names of their labels, split by split.
 *
 * @param outcome answer of {@link importFiles}; must have been read without a problem row
 */
export function rowsOf(outcome: Outcome): Record<string, (readonly [string, string | number | undefined])[]> {
  if ('refusal' in outcome) throw new Error(`Refused: ${outcome.refusal.message} ${outcome.refusal.hint}`)
  const { parsed } = outcome
  if (parsed.problems.length > 0) throw new Error(`Problem rows: ${parsed.problems[0]!.message}`)
  return Object.fromEntries(
    Object.entries(parsed.splits).map(([split, { examples }]) => [
      split,
      examples.map(({ text, label }) => [
        text,
        label === undefined ? undefined : (parsed.labels[label] ?? label),
      ]),
    ]),
  )
}

/**
 * The refusal; fails when the files were read.
 *
 * @param outcome answer of {@link importFiles}
 */
export function refusalOf(outcome: Outcome): Refusal {
  if ('refusal' in outcome) return outcome.refusal
  const { problems } = outcome.parsed
  if (problems.length === 0) throw new Error(`Read: ${JSON.stringify(rowsOf(outcome))}`)
  return {
    code: 'dataset-problem-rows',
    message: problems.map(({ row, message }) => `row ${row}: ${message}`).join('\n'),
    hint: '',
  }
}

/**
 * The notes of files that were read, a line each.
 *
 * @param outcome answer of {@link importFiles}
 */
export function notesOf(outcome: Outcome): string {
  return 'parsed' in outcome ? outcome.parsed.notes.join('\n') : ''
}
