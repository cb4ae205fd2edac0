/** Digests of files too large to hold in memory. */
import { createHash } from 'node:crypto'
import { readFailure } from './disk-failure.ts'
import { readPieces } from './read-pieces.ts'

/**
 * sha256 of a file's content as 64 hexadecimal digits.
 *
 * @param path file to read
 * @failure not-found, file-unreadable
 */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    for await (const piece of readPieces(path)) hash.update(piece)
  } catch (thrown) {
    throw readFailure(thrown, path)
  }
  return hash.digest('hex')
}
