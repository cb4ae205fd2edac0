/** Files too large to hold in memory, piece by piece. */
import { nodeFileCalls, type FileCalls } from './file-calls.ts'

const pieceBytes = 1_048_576

/**
 * A file's content in order. Reading stops when the caller stops.
 *
 * @param path file to read
 * @param calls file-system calls; tests replace them
 * @returns pieces of up to 1 MiB, each good until the next is asked for
 * @failure a system error
 */
export async function* readPieces(
  path: string,
  calls: FileCalls = nodeFileCalls,
): AsyncGenerator<Buffer, void> {
  const file = calls.open(path, 'r')
  try {
    const piece = Buffer.allocUnsafe(pieceBytes)
    for (;;) {
      const length = await calls.readLater(file, piece, 0, piece.length, null)
      if (length === 0) return
      yield piece.subarray(0, length)
    }
  } finally {
    calls.close(file)
  }
}
