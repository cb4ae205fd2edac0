/** A file as yauzl reads zip archives from, which never asks the system for bytes that the file does not have. */
import type { FileHandle } from 'node:fs/promises'
import { RandomAccessReader } from 'yauzl'
import { CutShortError } from './pickle-bytes.ts'

/** yauzl's own reader hands a damaged archive's places to Node, which throws where nobody can catch it. */
export class BoundedFileReader extends RandomAccessReader {
  readonly #file: FileHandle
  readonly #size: number

  /**
   * @param file open for reading; stays open
   * @param size its length in bytes
   */
  constructor(file: FileHandle, size: number) {
    super()
    this.#file = file
    this.#size = size
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    // Written so that NaN is refused too.
    if (!(position >= 0 && length >= 0 && position + length <= this.#size)) {
      callback(
        new CutShortError(`is cut short: byte ${position + length} is asked for, it has ${this.#size}`),
      )
      return
    }
    void this.#file.read(buffer, offset, length, position).then(
      ({ bytesRead }) => {
        callback(bytesRead === length ? null : new CutShortError('became shorter while it was read'))
      },
      (thrown: unknown) => {
        callback(thrown instanceof Error ? thrown : new Error(String(thrown)))
      },
    )
  }
}
