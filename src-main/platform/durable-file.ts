/**
 * Files that are there whole or not at all, whatever happens meanwhile: written under a temporary name, forced to disk,
 * then renamed, then the folder's entry forced to disk as well.
 */
import { basename, dirname } from 'node:path'
import { writeFailure, systemErrorCode } from './disk-failure.ts'
import { nodeFileCalls, type FileCalls } from './file-calls.ts'
import { ownIdentity, writerTag } from './process-liveness.ts'

/** End of the name of a file or folder that is still being written; listings leave such names out. */
export const unfinishedSuffix = '.unfinished'

let written = 0

/**
 * A name beside `path` that no other process or call uses, on this machine or another, for content on its way there. It says
 * who writes it, see `leftovers`.
 *
 * @param path where the content will be in the end
 */
export function unfinishedName(path: string): string {
  written += 1
  return `${path}.${writerTag(ownIdentity())}-${written}${unfinishedSuffix}`
}

/**
 * Replaces a file's content as one step: afterwards the file holds the old or the new content, never a mixture.
 *
 * @param path file to write; its folder must exist
 * @param content text (written as UTF-8) or bytes
 * @param calls file-system calls; tests replace them
 * @failure disk-full, file-unreadable (no right to write)
 */
export function writeFileDurably(
  path: string,
  content: string | Uint8Array,
  calls: FileCalls = nodeFileCalls,
): void {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content
  const temporary = unfinishedName(path)
  try {
    writeNewFile(temporary, bytes, calls)
    renameDurably(temporary, path, calls)
  } catch (thrown) {
    removeQuietly(temporary, calls)
    throw writeFailure(thrown, dirname(path), bytes.byteLength)
  }
}

/**
 * Writes a file that nobody reads yet (in a folder that still has its temporary name) and forces it to disk.
 *
 * @param path file to write
 * @param bytes its content
 * @param calls file-system calls
 */
export function writeNewFile(path: string, bytes: Uint8Array, calls: FileCalls = nodeFileCalls): void {
  const file = calls.open(path, 'w')
  try {
    writeAll(file, bytes, calls)
    calls.fsync(file)
  } finally {
    calls.close(file)
  }
}

/**
 * Writes all the bytes where an open file stands; a system may take fewer at a time than it was given.
 *
 * @param file an open file
 * @param bytes what to write
 * @param calls file-system calls
 */
export function writeAll(file: number, bytes: Uint8Array, calls: FileCalls = nodeFileCalls): void {
  let offset = 0
  while (offset < bytes.byteLength) {
    const taken = calls.write(file, bytes, offset, bytes.byteLength - offset, null)
    if (taken <= 0) throw new Error(`A write of ${bytes.byteLength - offset} bytes took none of them`)
    offset += taken
  }
}

/**
 * Gives a finished file or folder its final name and forces that name to disk.
 *
 * @param from temporary name
 * @param to final name, in the same folder
 * @param calls file-system calls
 */
export function renameDurably(from: string, to: string, calls: FileCalls = nodeFileCalls): void {
  renamePatiently(from, to, calls)
  syncFolder(dirname(to), calls)
}

/**
 * Forces a folder's entries to disk, where the system can (Windows cannot, and needs not).
 *
 * @param folder an existing folder
 * @param calls file-system calls
 */
export function syncFolder(folder: string, calls: FileCalls = nodeFileCalls): void {
  if (process.platform === 'win32') return
  const opened = calls.open(folder, 'r')
  try {
    calls.fsync(opened)
  } finally {
    calls.close(opened)
  }
}

/**
 * Whether a name in a folder is content that was never finished.
 *
 * @param path name or path
 */
export function isUnfinished(path: string): boolean {
  return basename(path).endsWith(unfinishedSuffix)
}

/** What a failed write has left; where even that cannot be removed, it is a leftover. */
function removeQuietly(temporary: string, calls: FileCalls): void {
  try {
    calls.unlink(temporary)
  } catch {
    // The failure of the write says more.
  }
}

/** On Windows a rename fails for a moment while a virus scanner or a reader has the file open. */
function renamePatiently(from: string, to: string, calls: FileCalls): void {
  const attempts = process.platform === 'win32' ? 8 : 1
  for (let attempt = 1; ; attempt += 1) {
    try {
      calls.rename(from, to)
      return
    } catch (thrown) {
      if (attempt >= attempts || !['EPERM', 'EACCES', 'EBUSY'].includes(systemErrorCode(thrown))) throw thrown
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10 * attempt)
    }
  }
}
