/** A failure that a person can do something about, and the one sentence that says what. */

/** An expected failure: its message is one sentence that says what to do. */
export class SetUpFailure extends Error {
  /**
   * @param {string} sentence what went wrong and what to do, one sentence
   * @param {string} [details] output of the tool that failed; its end is shown above the sentence
   */
  constructor(sentence, details = '') {
    super(sentence)
    this.details = details
  }
}

/** Advice for the errors that the file system gives on any step, by their code. */
const adviceByCode = new Map([
  [
    'ENOSPC',
    'The disk is full: free about 3 GB, or set ADDROP_CACHE to a folder on a larger disk, and run the same command again.',
  ],
  [
    'EDQUOT',
    'The disk quota is used up: free about 3 GB, or set ADDROP_CACHE to a folder on another disk, and run the same command again.',
  ],
  [
    'EROFS',
    'The folder is read-only: set ADDROP_CACHE to a folder that can be written, and run the same command again.',
  ],
])

/**
 * The one sentence that a failure ends with.
 *
 * @param {unknown} error
 * @returns {string}
 */
export function sentenceFor(error) {
  if (error instanceof SetUpFailure) return error.message
  if (!(error instanceof Error)) return `An unexpected failure (${String(error)}): please report it.`
  const { code, path } = /** @type {NodeJS.ErrnoException} */ (error)
  const advice = adviceByCode.get(code ?? '')
  if (advice) return advice
  if (code === 'EACCES' || code === 'EPERM') {
    return `No permission for ${path ?? 'a file'}: give yourself the right to write there, or set ADDROP_CACHE to a folder of your own, and run the same command again.`
  }
  const first = error.message.split('\n')[0]
  return `An unexpected failure (${first}): run the same command again with ADDROP_DEBUG=1 to see where, and please report it.`
}

/**
 * Runs a program's main function; whatever goes wrong ends as one sentence on standard error.
 *
 * @param {() => Promise<number | void>} main gives the exit code, unless something it started does
 * @param {() => void} [afterFailure] last words of a program whose output has a fixed last line
 * @returns {Promise<void>}
 */
export async function runProgram(main, afterFailure) {
  try {
    const exitCode = await main()
    if (exitCode !== undefined) process.exitCode = exitCode
  } catch (error) {
    if (process.env['ADDROP_DEBUG']) console.error(error)
    const details = error instanceof SetUpFailure ? lastLines(error.details, 12) : ''
    if (details) process.stderr.write(`${details}\n`)
    process.stderr.write(`${sentenceFor(error)}\n`)
    process.exitCode = 1
    afterFailure?.()
  }
}

/** A place in some tool's own code, which says nothing to whoever has to act. */
const stackLine = /^\s+at .*[:)]/

/**
 * @param {string} text
 * @param {number} count
 * @returns {string}
 */
function lastLines(text, count) {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !stackLine.test(line))
  return lines
    .slice(-count)
    .map((line) => `    ${line.trimEnd()}`)
    .join('\n')
}
