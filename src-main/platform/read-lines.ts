/**
 * Lines of a text file, one after the other. Node's readline is not used: it also breaks lines at U+2028, which JSON text
 * may contain.
 */
import { createReadStream } from 'node:fs'
import { readFailure } from './disk-failure.ts'

/**
 * Every line that is ended by a newline, without it; what stands behind the last newline was never finished and is left
 * out. Reading stops when the caller stops.
 *
 * @param path a UTF-8 file
 * @failure not-found, file-unreadable
 */
export async function* readLines(path: string): AsyncGenerator<string> {
  const stream = createReadStream(path, { encoding: 'utf8', highWaterMark: 262_144 })
  let rest = ''
  try {
    for await (const chunk of stream) {
      // reason: a stream with an encoding yields texts.
      const lines = (rest + (chunk as string)).split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
  } catch (thrown) {
    throw readFailure(thrown, path)
  } finally {
    stream.destroy()
  }
}
