/** Where set-up put Electron for this clone: read by the tools, and by the desktop tests. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { cloneStateFolder } from './folders.mjs'
import { readJson, writeJson } from './whole-or-nothing.mjs'

const locationFile = join(cloneStateFolder, 'electron.json')

/**
 * @typedef {object} ElectronLocation
 * @property {string} executable absolute path
 * @property {string} version such as `25.1.1`
 * @property {boolean} official whether it is the release named in package.json, or a stand-in for development
 */

/**
 * @returns {ElectronLocation | undefined} undefined before set-up, or when the executable is gone
 */
export function findElectron() {
  const location = /** @type {ElectronLocation | undefined} */ (readJson(locationFile))
  return location && existsSync(location.executable) ? location : undefined
}

/**
 * Remembers where Electron is.
 *
 * @param {ElectronLocation} location
 */
export function rememberElectron(location) {
  writeJson(locationFile, location)
}
