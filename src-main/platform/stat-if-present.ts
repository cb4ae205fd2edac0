/** Facts about a path that may not exist. */
import type { Stats } from 'node:fs'
import { readFailure, systemErrorCode } from './disk-failure.ts'
import { nodeFileCalls, type FileCalls } from './file-calls.ts'

/**
 * Size, times and kind of a file or folder; null when it, or a folder above it, does not exist.
 *
 * @param path where to look
 * @param calls file-system calls; tests replace them
 * @failure file-unreadable when the system refuses to look
 */
export function statIfPresent(path: string, calls: FileCalls = nodeFileCalls): Stats | null {
  try {
    return calls.status(path)
  } catch (thrown) {
    const code = systemErrorCode(thrown)
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw readFailure(thrown, path)
  }
}
