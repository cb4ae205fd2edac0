/** Digests of files too large to hold in memory. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFailure } from './disk-failure.ts'

/**
 * sha256 of a file's content as 64 hexadecimal digits.
 *
 * @param path file to read
 * @failure not-found, file-unreadable
 */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1_048_576 }))
      hash.update(chunk as Buffer)
  } catch (thrown) {
    throw readFailure(thrown, path)
  }
  return hash.digest('hex')
}
