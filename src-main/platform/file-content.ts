/** Whole files and folders through the lab's file-system calls: read, and removed. */
import { join } from 'node:path'
import { systemErrorCode } from './disk-failure.ts'
import { syncFolder, unfinishedName } from './durable-file.ts'
import { nodeFileCalls, type FileCalls } from './file-calls.ts'
import { tooLong } from './regular-file.ts'

const pieceBytes = 65_536
/** Longest file that is read whole: a text of more cannot be held. */
const mostBytes = 512 * 1024 ** 2 - 64

/**
 * A file's content.
 *
 * @param path file to read
 * @param calls file-system calls; tests replace them
 * @failure a system error; file-unreadable when it is longer than 512 MiB
 */
export function readFileBytes(path: string, calls: FileCalls = nodeFileCalls): Buffer {
  const file = calls.open(path, 'r')
  try {
    const pieces: Buffer[] = []
    const { size } = calls.statusOf(file)
    if (size > mostBytes) throw tooLong(path, mostBytes)
    for (;;) {
      const piece = Buffer.allocUnsafe(Math.max(pieceBytes, size))
      const length = calls.read(file, piece, 0, piece.length, null)
      if (length === 0) return Buffer.concat(pieces)
      pieces.push(piece.subarray(0, length))
    }
  } finally {
    calls.close(file)
  }
}

/**
 * A UTF-8 file's content.
 *
 * @param path file to read
 * @param calls file-system calls; tests replace them
 * @failure a system error
 */
export function readFileText(path: string, calls: FileCalls = nodeFileCalls): string {
  return readFileBytes(path, calls).toString('utf8')
}

/**
 * Removes a finished file or folder. It loses its name first, in one step that reaches the disk: nobody ever finds it half
 * removed. Nothing happens when it is not there.
 *
 * @param path what to remove
 * @param calls file-system calls; tests replace them
 * @failure a system error, if it could not be given another name; what is left of it then is removed with the leftovers
 */
export function removeDurably(path: string, calls: FileCalls = nodeFileCalls): void {
  const aside = unfinishedName(path)
  try {
    calls.rename(path, aside)
  } catch (thrown) {
    if (systemErrorCode(thrown) === 'ENOENT') return
    throw thrown
  }
  syncFolder(join(path, '..'), calls)
  removeUnfinished(aside, calls)
}

/**
 * Removes a file, or a folder with all that is in it, under a temporary name. What cannot be removed now is a leftover, which
 * a later tidying up removes: no work fails because of it.
 *
 * @param path something that nobody reads
 * @param calls file-system calls; tests replace them
 */
export function removeUnfinished(path: string, calls: FileCalls = nodeFileCalls): void {
  try {
    removeTree(path, calls)
  } catch {
    // Tidying up must never stop the work that comes after it, nor hide why the work before it failed.
  }
}

function removeTree(path: string, calls: FileCalls): void {
  try {
    calls.unlink(path)
  } catch (thrown) {
    const code = systemErrorCode(thrown)
    if (code === 'ENOENT') return
    // A folder: EISDIR on Linux, EPERM elsewhere.
    if (code !== 'EISDIR' && code !== 'EPERM') throw thrown
    for (const name of calls.list(path)) removeTree(join(path, name), calls)
    calls.removeFolder(path)
  }
}
