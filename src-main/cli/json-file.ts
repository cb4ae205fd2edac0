/** JSON files named on the command line. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { readFailure } from '@main/platform/disk-failure.ts'
import { LabError } from '@shared/failures/failure.ts'

/**
 * A JSON file's content.
 *
 * @param path relative to the working folder, or absolute
 * @param workingFolder where relative paths start
 * @throws LabError `not-found`, `file-unreadable`; `invalid-config` when it is no JSON, with the parser's place
 */
export async function readJsonFile(path: string, workingFolder: string): Promise<unknown> {
  const absolute = resolve(workingFolder, path)
  let text: string
  try {
    text = await readFile(absolute, 'utf8')
  } catch (thrown) {
    throw readFailure(thrown, absolute)
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (thrown) {
    const detail = thrown instanceof Error ? thrown.message : String(thrown)
    throw new LabError(
      'invalid-config',
      `${path} is not JSON: ${detail}.`,
      'Correct the file; strings and keys need double quotes, and no comma may follow the last entry.',
      { cause: thrown },
    )
  }
}
