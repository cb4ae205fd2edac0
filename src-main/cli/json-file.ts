/** JSON files named on the command line. */
import { resolve } from 'node:path'
import { decodeUtf8, DocumentProblem, parseJsonDocument } from '@main/platform/json-document.ts'
import { readRegularFile } from '@main/platform/regular-file.ts'
import { LabError } from '@shared/failures/failure.ts'

/** Longest run config or study that is read; 10,000 runs listed one by one need less. */
const mostBytes = 16 * 1024 ** 2

/**
 * A JSON file's content.
 *
 * @param path relative to the working folder, or absolute
 * @param workingFolder where relative paths start
 * @throws LabError `not-found`, `file-unreadable`; `invalid-config` when it is no JSON (with the parser's place), nested
 *   too deeply, or names a key twice
 */
export async function readJsonFile(path: string, workingFolder: string): Promise<unknown> {
  const bytes = await readRegularFile(resolve(workingFolder, path), mostBytes)
  try {
    const { value, repeatedKeys } = parseJsonDocument(decodeUtf8(bytes))
    const [repeated] = repeatedKeys
    if (repeated === undefined) return value
    throw new DocumentProblem(`has the key "${repeated}" twice in one place`, 'Keep one of the two.')
  } catch (thrown) {
    if (!(thrown instanceof DocumentProblem)) throw thrown
    throw new LabError('invalid-config', `${path} ${thrown.message}.`, thrown.hint, { cause: thrown })
  }
}
