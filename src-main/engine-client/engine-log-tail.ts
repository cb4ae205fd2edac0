/** The last lines of `engine.log` that one engine process wrote. */
import { closeSync, fstatSync, readSync } from 'node:fs'
import { nodeFileCalls } from '@main/platform/file-calls.ts'

/**
 * Text at the end of a growing file.
 *
 * @param path the log
 * @param fromByte where this process began to write; earlier text is not shown
 * @param mostBytes at most this much from the end
 * @returns '' when the file is not there or cannot be read
 */
export function logTail(path: string, fromByte = 0, mostBytes = 8192): string {
  try {
    const file = nodeFileCalls.open(path, 'r')
    try {
      const size = fstatSync(file).size
      const start = Math.max(fromByte, size - mostBytes)
      if (start >= size) return ''
      const bytes = Buffer.alloc(size - start)
      return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, start))
    } finally {
      closeSync(file)
    }
  } catch {
    return ''
  }
}
