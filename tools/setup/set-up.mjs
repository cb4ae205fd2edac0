/** All of set-up, in order. Each step looks whether it is needed; when none is, nothing is printed and nothing started. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { missingBuildPackages } from './build-programs.mjs'
import { ensureDebianPackages, isDebian, virtualDisplayPackages, windowPackages } from './debian-packages.mjs'
import { electronReady, ensureElectron } from './electron.mjs'
import { withLock } from './file-lock.mjs'
import { cacheFolder } from './folders.mjs'
import { ensureNpmPackages, npmPackagesReady } from './npm-packages.mjs'
import { say, seconds } from './step-report.mjs'
import { ensureTensorflow, tensorflowReady } from './tensorflow-binding.mjs'
import { tensorflowFolder, tensorflowIsPublishedHere } from './tensorflow-library.mjs'

/**
 * @typedef {object} Needs
 * @property {boolean} [window] Electron and the system packages it loads
 * @property {boolean} [virtualDisplay] a display of its own, for a machine that has none
 */

/**
 * Makes this clone ready.
 *
 * @param {Needs} [needs]
 * @returns {Promise<void>}
 * @throws {SetUpFailure} when something is missing that cannot be got from here
 */
export async function setUp(needs = {}) {
  if (isDebian) await ensureDebianPackages(await systemPackages(needs))
  if (npmPackagesReady() && tensorflowReady() && (!needs.window || electronReady())) return
  const begin = performance.now()
  const lock = join(cacheFolder(), 'set-up.lock')
  await withLock(
    lock,
    () => prepare(needs),
    (holder) => {
      say(`waiting for another set-up (process ${holder})`)
    },
  )
  say(`ready after ${seconds(begin)}`)
}

/**
 * @param {Needs} needs
 * @returns {Promise<import('./debian-packages.mjs').PackageChoice[]>} needed, not necessarily missing
 */
async function systemPackages({ window, virtualDisplay }) {
  const buildsTensorflow = tensorflowIsPublishedHere && !tensorflowReady()
  const build = buildsTensorflow ? await missingBuildPackages({ pip: !existsSync(tensorflowFolder()) }) : []
  return [
    ...build.map((name) => [name]),
    ...(window ? windowPackages : []),
    ...(virtualDisplay ? virtualDisplayPackages : []),
  ]
}

/**
 * @param {Needs} needs
 * @returns {Promise<void>}
 */
async function prepare(needs) {
  await ensureNpmPackages()
  await ensureTensorflow()
  if (needs.window) await ensureElectron()
}
