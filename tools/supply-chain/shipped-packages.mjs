/**
 * The npm packages that reach a user: those that package.json depends on, with all that they need, and those that the
 * build copies into the window's bundle, which package.json lists among the development packages.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @typedef {object} ShippedPackage
 * @property {string} name
 * @property {string} version
 * @property {string} license SPDX expression; empty when the package states none
 * @property {string} folder absolute
 */

/**
 * @typedef {object} LockEntry
 * @property {string} [version]
 * @property {string} [license]
 * @property {boolean} [dev]
 * @property {boolean} [devOptional]
 * @property {boolean} [optional]
 * @property {boolean} [link]
 */

/** Licences that ask for no more than their text beside the program. */
export const permissiveLicenses = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BSL-1.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Python-2.0',
  'Unlicense',
])

/** What the window's bundle is made of. */
const bundled =
  /^(?:vue|@vue\/(?:reactivity|runtime-core|runtime-dom|shared|devtools-api)|vue-router|pinia|echarts|zrender|tslib|marked)$/u

/**
 * @param {{ packages: Record<string, LockEntry> }} lockFile package-lock.json
 * @param {string} root folder that holds node_modules
 * @returns {ShippedPackage[]} sorted by name and version; optional packages of other platforms are left out
 */
export function shippedPackages(lockFile, root) {
  return Object.entries(lockFile.packages)
    .filter(([path, { link }]) => path !== '' && !link)
    .map(([path, { version = '', license = '', dev, devOptional, optional }]) => ({
      name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version,
      license,
      development: dev === true || devOptional === true,
      optional: optional === true,
      folder: join(root, path),
    }))
    .filter(({ name, development }) => !development || bundled.test(name))
    .filter(({ optional, folder }) => !optional || existsSync(folder))
    .map(({ name, version, license, folder }) => ({ name, version, license, folder }))
    .sort((a, b) => compareTexts(a.name, b.name) || compareTexts(a.version, b.version))
}

/**
 * Whether a licence is permissive: of a choice (`OR`) one must be, of a combination (`AND`) all.
 *
 * @param {string} expression SPDX
 * @returns {boolean}
 */
export function isPermissive(expression) {
  const plain = expression.replaceAll(/[()]/gu, ' ').trim()
  return plain
    .split(/\s+OR\s+/u)
    .some((choice) => choice.split(/\s+AND\s+/u).every((id) => permissiveLicenses.has(id.trim())))
}

/**
 * The licence and notice texts that a package carries.
 *
 * @param {string} folder
 * @returns {string[]} empty when it carries none
 */
export function licenseTexts(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /^(licen[cs]e|copying|notice)/iu.test(entry.name))
    .map((entry) => entry.name)
    .sort(compareTexts)
    .map((name) => readFileSync(join(folder, name), 'utf8').trim())
}

/**
 * Order that is the same on every machine, whatever its language.
 *
 * @param {string} a
 * @param {string} b
 * @returns {number}
 */
function compareTexts(a, b) {
  return a < b ? -1 : a > b ? 1 : 0
}
