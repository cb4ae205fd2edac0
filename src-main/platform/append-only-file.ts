/** A log of lines that only grows and survives the death of its writer at any byte. */
import { dirname } from 'node:path'
import { systemErrorCode, writeFailure } from './disk-failure.ts'
import { syncFolder, writeAll } from './durable-file.ts'
import { nodeFileCalls, type FileCalls } from './file-calls.ts'

const newline = 0x0a
const blockBytes = 65_536

/**
 * Writer of a line log. The first append looks at how the file ends: a last line without its newline was torn by a
 * crash and is cut off first. An append that fails is taken back, so that the next one starts on a fresh line.
 *
 * @ownership Holds the file open from the first append; `close` lets go of it.
 */
export class AppendOnlyFile {
  readonly path: string
  readonly #calls: FileCalls
  #file: number | null = null
  #bytes = 0
  #isForced = true

  /**
   * @param path the log; made by the first append
   * @param calls file-system calls; tests replace them
   */
  constructor(path: string, calls: FileCalls = nodeFileCalls) {
    this.path = path
    this.#calls = calls
  }

  /**
   * Adds whole lines in one write.
   *
   * @param text lines, each ended by a newline
   * @param toDisk whether to return only once everything appended so far has reached the disk
   * @failure disk-full
   */
  append(text: string, toDisk = false): void {
    const bytes = Buffer.from(text, 'utf8')
    if (bytes.byteLength > 0 && bytes.at(-1) !== newline)
      throw new Error(`A line for ${this.path} lacks its newline`)
    try {
      const file = this.#open()
      writeAll(file, bytes, this.#calls)
      this.#isForced = false
      if (toDisk) this.force()
      this.#bytes += bytes.byteLength
    } catch (thrown) {
      this.#takeBack()
      throw writeFailure(thrown, dirname(this.path), bytes.byteLength)
    }
  }

  /**
   * Returns once everything appended so far has reached the disk.
   *
   * @failure a system error of the disk
   */
  force(): void {
    if (this.#isForced || this.#file === null) return
    this.#calls.fsync(this.#file)
    this.#isForced = true
  }

  /** Lets go of the file; a later append opens it again. */
  close(): void {
    if (this.#file === null) return
    const file = this.#file
    this.#file = null
    this.#calls.close(file)
  }

  #open(): number {
    if (this.#file !== null) return this.#file
    const { file, isNew } = this.#openOrMake()
    this.#file = file
    const found = this.#calls.statusOf(file).size
    this.#bytes = wholeLineBytes(file, found, this.#calls)
    if (this.#bytes < found) this.#calls.truncate(file, this.#bytes)
    if (isNew) syncFolder(dirname(this.path), this.#calls)
    return file
  }

  #openOrMake(): { readonly file: number; readonly isNew: boolean } {
    try {
      return { file: this.#calls.open(this.path, 'ax+'), isNew: true }
    } catch (thrown) {
      if (systemErrorCode(thrown) !== 'EEXIST') throw thrown
      return { file: this.#calls.open(this.path, 'a+'), isNew: false }
    }
  }

  /** Removes what a failed append left behind; where even that fails, the next opening does it. */
  #takeBack(): void {
    if (this.#file === null) return
    try {
      this.#calls.truncate(this.#file, this.#bytes)
    } catch {
      this.close()
    }
  }
}

/** Length of a file up to and including its last newline. */
function wholeLineBytes(file: number, size: number, calls: FileCalls): number {
  const block = Buffer.alloc(blockBytes)
  for (let end = size; end > 0; end -= blockBytes) {
    const start = Math.max(0, end - blockBytes)
    const length = calls.read(file, block, 0, end - start, start)
    const last = block.subarray(0, length).lastIndexOf(newline)
    if (last >= 0) return start + last + 1
  }
  return 0
}
