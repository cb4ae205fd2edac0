/**
 * The file-system calls of engine, storage, checkpoints and platform, in one replaceable object. Whoever wants to know what
 * reaches the disk in which order, or what happens when the n-th call fails, puts calls of its own in between.
 */
import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  openSync,
  read,
  readdirSync,
  readSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeSync,
  type Stats,
} from 'node:fs'
import { promisify } from 'node:util'
import { makeFolder } from './make-folder.ts'
import { refuseSpecial } from './regular-file.ts'

/** Calls of `node:fs`, one each, so that each can be watched and can fail. Each may throw a system error. */
export interface FileCalls {
  /** Opens a file or folder; `flags` as in `fs.openSync`. Pipes, and devices to read from, are refused: `file-unreadable`. */
  open(path: string, flags: string): number
  /** Reads at `position` (null: where the file stands) and answers how many bytes came; 0 at the end. */
  read(file: number, bytes: Uint8Array, offset: number, length: number, position: number | null): number
  /** The same without making the process wait. */
  readLater(
    file: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number | null,
  ): Promise<number>
  /** Writes at `position` (null: where the file stands) and answers how many bytes went through; may be fewer than asked. */
  write(file: number, bytes: Uint8Array, offset: number, length: number, position: number | null): number
  /** Returns once the content has reached the disk. */
  fsync(file: number): void
  /** Cuts a file to a length in bytes. */
  truncate(file: number, length: number): void
  /** Lets go of an open file. */
  close(file: number): void
  /** Gives a file or folder another name, replacing a file of that name. */
  rename(from: string, to: string): void
  /** Gives a file a second name; fails when that name is taken. */
  link(path: string, second: string): void
  /** Removes a file. */
  unlink(path: string): void
  /** Makes a folder and those above it. */
  makeFolder(path: string): void
  /** Removes an empty folder. */
  removeFolder(path: string): void
  /** Names in a folder. */
  list(path: string): string[]
  /** What a path is; links are followed. */
  status(path: string): Stats
  /** What an open file is. */
  statusOf(file: number): Stats
}

const readAsync = promisify(read)

const systemCalls: FileCalls = {
  open: (path, flags) => {
    const found = statSync(path, { throwIfNoEntry: false })
    // A pipe in the place of a file of ours would keep the process waiting, and a device may never end.
    if (found?.isFIFO() === true || (flags === 'r' && found?.isDirectory() === false))
      refuseSpecial(found, path)
    return openSync(path, flags)
  },
  read: (file, bytes, offset, length, position) => readSync(file, bytes, offset, length, position),
  readLater: async (file, bytes, offset, length, position) =>
    (await readAsync(file, bytes, offset, length, position)).bytesRead,
  write: (file, bytes, offset, length, position) => writeSync(file, bytes, offset, length, position),
  fsync: (file) => fsyncSync(file),
  truncate: (file, length) => ftruncateSync(file, length),
  close: (file) => closeSync(file),
  rename: (from, to) => renameSync(from, to),
  link: (path, second) => linkSync(path, second),
  unlink: (path) => unlinkSync(path),
  makeFolder,
  removeFolder: (path) => rmdirSync(path),
  list: (path) => readdirSync(path),
  status: (path) => statSync(path),
  statusOf: (file) => fstatSync(file),
}

let current = systemCalls

/** The calls of this process: the system's, or those put in between. */
export const nodeFileCalls: FileCalls = {
  open: (...args) => current.open(...args),
  read: (...args) => current.read(...args),
  readLater: (...args) => current.readLater(...args),
  write: (...args) => current.write(...args),
  fsync: (...args) => current.fsync(...args),
  truncate: (...args) => current.truncate(...args),
  close: (...args) => current.close(...args),
  rename: (...args) => current.rename(...args),
  link: (...args) => current.link(...args),
  unlink: (...args) => current.unlink(...args),
  makeFolder: (...args) => current.makeFolder(...args),
  removeFolder: (...args) => current.removeFolder(...args),
  list: (...args) => current.list(...args),
  status: (...args) => current.status(...args),
  statusOf: (...args) => current.statusOf(...args),
}

/**
 * Puts calls between the lab and the system, for tests that watch or fail them.
 *
 * @param wrap makes calls out of the system's
 * @returns takes them out again
 */
export function interposeFileCalls(wrap: (system: FileCalls) => FileCalls): () => void {
  current = wrap(systemCalls)
  return () => {
    current = systemCalls
  }
}
