/**
 * Lines of a text file, one after the other. Node's readline is not used: it also breaks lines at U+2028, which JSON text
 * may contain.
 */
import { StringDecoder } from 'node:string_decoder'
import { LabError } from '@shared/failures/failure.ts'
import { readFailure } from './disk-failure.ts'
import { readPieces } from './read-pieces.ts'

/** Longest line that is read, in characters; no line of ours comes near it. */
const longestLine = 64 * 1024 ** 2

/**
 * Every line that is ended by a newline, without it; what stands behind the last newline was never finished and is left
 * out. Reading stops when the caller stops.
 *
 * @param path a UTF-8 file
 * @failure not-found; file-unreadable, also when a line is longer than 64 Mi characters
 */
export async function* readLines(path: string): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  try {
    for await (const piece of readPieces(path)) {
      const text = decoder.write(piece)
      if (rest.length + text.length > longestLine) throw lineTooLong(path)
      // Without a newline nothing is looked through again: a long line costs no more than its length.
      if (!text.includes('\n')) {
        rest += text
        continue
      }
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
  } catch (thrown) {
    throw readFailure(thrown, path)
  }
}

function lineTooLong(path: string): LabError {
  return new LabError(
    'file-unreadable',
    `${path} is damaged: it has a line of more than ${longestLine.toLocaleString('en-US')} characters.`,
    'Restore the file from a backup, or remove its entry.',
  )
}
