/** Facts about a path that may not exist. */
import { statSync, type Stats } from 'node:fs'
import { readFailure, systemErrorCode } from './disk-failure.ts'

/**
 * Size, times and kind of a file or folder; null when it, or a folder above it, does not exist.
 *
 * @param path where to look
 * @failure file-unreadable when the system refuses to look
 */
export function statIfPresent(path: string): Stats | null {
  try {
    return statSync(path)
  } catch (thrown) {
    const code = systemErrorCode(thrown)
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw readFailure(thrown, path)
  }
}
