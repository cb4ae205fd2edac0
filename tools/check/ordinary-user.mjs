/**
 * Who the desktop tests run as: an ordinary user with Chromium's sandbox on, as the app's users do, wherever this machine
 * lets them.
 */
import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runQuietly } from '../setup/child-process.mjs'
import { findElectron } from '../setup/electron-location.mjs'

/**
 * @typedef {object} OrdinaryUser
 * @property {readonly string[]} prefix what to put before a command so that it runs as that user
 * @property {string | null} sandboxOffBecause null when Chromium's sandbox can be on
 */

/** A user of its own without any privilege, inside a user namespace; outside it the files stay the caller's. */
const asOrdinaryUser = ['unshare', '--user', '--map-user=1000', '--map-group=1000']
/** What Chromium's sandbox does for its pages. */
const sandboxProbe = ['unshare', '--user', '--pid', '--net', '--fork', 'true']

const noNamespaces =
  'this machine lets no ordinary user make the namespaces that Chromium’s sandbox consists of'

/**
 * @returns {Promise<OrdinaryUser>}
 */
export async function ordinaryUser() {
  if (process.platform !== 'linux') return { prefix: [], sandboxOffBecause: null }
  if (process.getuid?.() === 0) {
    return (await works([...asOrdinaryUser, ...sandboxProbe]))
      ? { prefix: asOrdinaryUser, sandboxOffBecause: null }
      : { prefix: [], sandboxOffBecause: `the tests run as root, and ${noNamespaces}` }
  }
  const isPossible = hasSandboxHelper(findElectron()?.executable) || (await works(sandboxProbe))
  return { prefix: [], sandboxOffBecause: isPossible ? null : noNamespaces }
}

/**
 * @param {readonly string[]} command
 * @returns {Promise<boolean>}
 */
async function works([program = '', ...args]) {
  return (await runQuietly(program, args)).ok
}

/**
 * Whether Electron's own helper, which makes the namespaces with root's rights, is installed as it must be.
 *
 * @param {string | undefined} electron path of the executable
 * @returns {boolean}
 */
function hasSandboxHelper(electron) {
  if (!electron) return false
  const helper = statSync(join(dirname(electron), 'chrome-sandbox'), { throwIfNoEntry: false })
  return helper !== undefined && helper.uid === 0 && (helper.mode & 0o4001) === 0o4001
}
