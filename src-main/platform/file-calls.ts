/** The few file-system calls by which the lab writes, in one replaceable object: tests fail the n-th of them. */
import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'

/** Synchronous calls of `node:fs` that change something on disk. Each may throw a system error. */
export interface FileCalls {
  /** Opens a file; `flags` as in `fs.openSync`. */
  open(path: string, flags: string): number
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
  /** Makes a folder and those above it. */
  makeFolder(path: string): void
}

/** The real calls. */
export const nodeFileCalls: FileCalls = {
  open: (path, flags) => openSync(path, flags),
  write: (file, bytes, offset, length, position) => writeSync(file, bytes, offset, length, position),
  fsync: (file) => fsyncSync(file),
  truncate: (file, length) => ftruncateSync(file, length),
  close: (file) => closeSync(file),
  rename: (from, to) => renameSync(from, to),
  makeFolder: (path) => void mkdirSync(path, { recursive: true }),
}
