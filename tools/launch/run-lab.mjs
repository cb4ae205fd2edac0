/** Hands this process over to the command line in out/. */
import { runMain } from 'node:module'
import { join } from 'node:path'
import { repositoryFolder } from '../setup/folders.mjs'

/**
 * Milliseconds within which a repeated signal is the same one: Ctrl-C under npm comes twice, from the terminal and
 * handed on by npm. A person's second press comes later.
 */
const sameSignalWithin = 250

/**
 * Runs the command line in this very process rather than in one of its own: so it gets the terminal's signals itself,
 * exactly once, and neither outlives a killed parent nor leaves its exit code to be translated.
 *
 * @param {readonly string[]} args
 */
export function runLab(args) {
  mergeRepeatedSignals(new Set(['SIGINT', 'SIGTERM']))
  const lab = join(repositoryFolder, 'out', 'main', 'lab.cjs')
  process.argv = [process.execPath, lab, ...args]
  runMain(lab)
}

/**
 * Lets listeners see a signal once, however often it comes within a moment. To be called before they are added.
 *
 * @param {ReadonlySet<string | symbol>} names
 */
function mergeRepeatedSignals(names) {
  const emit = process.emit.bind(process)
  /** @type {Map<string | symbol, number>} */
  const last = new Map()
  const emitOnce = (/** @type {string | symbol} */ event, /** @type {unknown[]} */ ...details) => {
    if (names.has(event)) {
      const now = performance.now()
      const repeated = now - (last.get(event) ?? -Infinity) < sameSignalWithin
      last.set(event, now)
      if (repeated) return true
    }
    return Reflect.apply(emit, process, [event, ...details])
  }
  process.emit = /** @type {typeof process.emit} */ (emitOnce)
}
