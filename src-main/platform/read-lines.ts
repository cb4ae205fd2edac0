/**
 * Lines of a text file, one after the other. Node's readline is not used: it also breaks lines at U+2028, which JSON text
 * may contain.
 */
import { StringDecoder } from 'node:string_decoder'
import { readFailure } from './disk-failure.ts'
import { readPieces } from './read-pieces.ts'

/**
 * Every line that is ended by a newline, without it; what stands behind the last newline was never finished and is left
 * out. Reading stops when the caller stops.
 *
 * @param path a UTF-8 file
 * @failure not-found, file-unreadable
 */
export async function* readLines(path: string): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  try {
    for await (const piece of readPieces(path)) {
      const lines = (rest + decoder.write(piece)).split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
  } catch (thrown) {
    throw readFailure(thrown, path)
  }
}
