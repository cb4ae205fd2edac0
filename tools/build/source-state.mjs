/** Whether the bundles in out/ were made from the sources as they are now. */
import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/**
 * What tells one state of the sources from another, cheaply.
 *
 * @typedef {object} SourceState
 * @property {number} newest time of the latest change, in milliseconds since 1970
 * @property {number} count number of files and folders; it changes when one is deleted
 */

/** Tests are not bundled: editing one needs no new build. */
const notBundled = /\.test\.ts$/

/**
 * @param {string} root folder of the clone
 * @param {readonly string[]} inputs files and folders below it; absent ones are left out
 * @returns {SourceState}
 */
export function sourceState(root, inputs) {
  const state = { newest: 0, count: 0 }
  for (const input of inputs) look(join(root, input), state)
  return state
}

/**
 * Whether a build was made from other sources than these. Any difference counts, so going back to older files does too.
 *
 * @param {SourceState | undefined} built what the build was made from; undefined when it never finished
 * @param {SourceState} now
 * @returns {boolean}
 */
export function isStale(built, now) {
  return built === undefined || built.newest !== now.newest || built.count !== now.count
}

/**
 * @param {string} path
 * @param {SourceState} state gets what is found added
 */
function look(path, state) {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (!found || notBundled.test(path)) return
  state.count += 1
  if (!found.isDirectory()) {
    state.newest = Math.max(state.newest, found.mtimeMs)
    return
  }
  for (const name of readdirSync(path)) look(join(path, name), state)
}
