/** Frame of a command: flags, help, Ctrl-C, failures as one sentence. */
import { runProgram } from '../../tools/setup/set-up-failure.mjs'
import { BenchFailure, exitCodes } from './bench-failure.mjs'
import { helpText, readFlags } from './flags.mjs'

/**
 * Runs a command of this folder to its end; sets the process's exit code.
 *
 * @param {string} purpose first lines of its help
 * @param {Readonly<Record<string, import('./flags.mjs').Flag>>} flags
 * @param {(values: import('./flags.mjs').FlagValues, signal: AbortSignal) => Promise<number>} main gives the exit code
 * @returns {Promise<void>}
 */
export async function runCommand(purpose, flags, main) {
  const interruption = new AbortController()
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(name, () => {
      interruption.abort()
    })
  await runProgram(async () => {
    try {
      const args = process.argv.slice(2)
      if (args.includes('--help') || args.includes('-h')) {
        process.stdout.write(helpText(purpose, flags))
        return exitCodes.done
      }
      return await main(readFlags(args, flags), interruption.signal)
    } catch (error) {
      if (!(error instanceof BenchFailure)) throw error
      process.stderr.write(`${error.message}\n`)
      return error.exitCode
    }
  })
}

/**
 * One line about progress, on standard error: standard output belongs to the result.
 *
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`[bench] ${line}\n`)
}
