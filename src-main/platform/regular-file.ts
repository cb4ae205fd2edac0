/**
 * Reading files whose path comes from outside. What a path is gets looked at before it is opened: opening a named pipe
 * waits for a writer, and a device such as /dev/zero never ends.
 */
import { constants, type Stats } from 'node:fs'
import { open, stat, type FileHandle } from 'node:fs/promises'
import { LabError } from '@shared/failures/failure.ts'
import { readFailure } from './disk-failure.ts'

/** Bytes asked for at a time: the size a file announces may be 0 (`/proc`) or wrong by now. */
const pieceBytes = 1024 * 1024

/**
 * What a path is, in a reader's words; null for a regular file.
 *
 * @param found what `stat` or `lstat` says of it
 */
export function specialKind(found: Stats): string | null {
  if (found.isFile()) return null
  if (found.isDirectory()) return 'a folder'
  if (found.isFIFO()) return 'a named pipe'
  if (found.isSocket()) return 'a socket'
  if (found.isSymbolicLink()) return 'a link'
  return 'a device'
}

/**
 * Opens a regular file for reading; links are followed. The caller closes it.
 *
 * @param path file to open
 * @failure not-found, file-unreadable
 */
export async function openRegularFile(path: string): Promise<FileHandle> {
  try {
    refuseSpecial(await stat(path), path)
    // Something else may have taken the name by now; without blocking, even a pipe opens at once and can be looked at.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      refuseSpecial(await file.stat(), path)
      return file
    } catch (thrown) {
      await file.close()
      throw thrown
    }
  } catch (thrown) {
    throw readFailure(thrown, path)
  }
}

/**
 * The whole content of a regular file; reading stops at the limit, whatever size the file announces.
 *
 * @param path file to read; links are followed
 * @param mostBytes longest content that is read
 * @failure not-found; file-unreadable, also when the file is longer
 */
export async function readRegularFile(path: string, mostBytes: number): Promise<Buffer> {
  const file = await openRegularFile(path)
  try {
    const pieces: Buffer[] = []
    let length = 0
    for (;;) {
      const piece = Buffer.allocUnsafe(Math.min(pieceBytes, mostBytes + 1 - length))
      const { bytesRead } = await file.read(piece, 0, piece.length, null)
      if (bytesRead === 0) return Buffer.concat(pieces, length)
      pieces.push(piece.subarray(0, bytesRead))
      length += bytesRead
      if (length > mostBytes) throw tooLong(path, mostBytes)
    }
  } catch (thrown) {
    throw readFailure(thrown, path)
  } finally {
    await file.close()
  }
}

/**
 * Refuses what is no regular file.
 *
 * @param found what `stat` says of it
 * @param path for the message
 * @failure file-unreadable
 */
export function refuseSpecial(found: Stats, path: string): void {
  const kind = specialKind(found)
  if (kind === null) return
  throw new LabError(
    'file-unreadable',
    `${path} is ${kind}; a file was expected.`,
    kind === 'a folder' ? 'Check the path.' : 'Copy its content into a file, and name that file.',
  )
}

/**
 * What to throw of a file that is longer than its kind may be.
 *
 * @param path for the message
 * @param mostBytes longest content that is read
 */
export function tooLong(path: string, mostBytes: number): LabError {
  const limit =
    mostBytes >= 1024 ** 2
      ? `${Math.floor(mostBytes / 1024 ** 2)} MiB`
      : `${mostBytes.toLocaleString('en-US')} bytes`
  return new LabError(
    'file-unreadable',
    `${path} is longer than ${limit}, which is the most that is read of such a file.`,
    'Check that this is the file you meant.',
  )
}
