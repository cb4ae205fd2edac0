/** Which npm packages, and which files of them, come with the app beside its bundles. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** What the bundles leave outside themselves (`external` in electron.vite.config.ts). */
export const externalPackages = [
  '@photostructure/sqlite',
  '@tensorflow/tfjs',
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-node-gpu',
]

/**
 * @typedef {object} LockEntry
 * @property {Record<string, string>} [dependencies]
 */

/**
 * The folders of some packages and of all that they depend on, found as Node finds them.
 *
 * @param {{ packages: Record<string, LockEntry> }} lockFile package-lock.json
 * @param {readonly string[]} names
 * @returns {string[]} such as `node_modules/tar`, sorted
 * @throws {Error} when the lock file lacks one
 */
export function packageFolders({ packages }, names) {
  /** @type {Set<string>} */
  const found = new Set()
  /** @param {string} from @param {string} name */
  const visit = (from, name) => {
    const folder = nearest(packages, from, name)
    if (found.has(folder)) return
    found.add(folder)
    for (const dependency of Object.keys(packages[folder]?.dependencies ?? {})) {
      if (!isNeverLoaded(dependency)) visit(folder, dependency)
    }
  }
  for (const name of names) visit('', name)
  return [...found].sort(byCodeUnits)
}

/**
 * @param {Record<string, LockEntry>} packages
 * @param {string} from folder of the package that asks; empty for the app
 * @param {string} name
 * @returns {string}
 */
function nearest(packages, from, name) {
  let folder = from
  for (;;) {
    const candidate = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`
    if (packages[candidate]) return candidate
    if (folder === '') throw new Error(`package-lock.json has no ${name}, which ${from || 'the app'} needs`)
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))
  }
}

/**
 * Dependencies that no file loads which comes with the app: types, and what bundles for browsers need.
 *
 * @param {string} name
 */
const isNeverLoaded = (name) => /^(@types\/.*|@webgpu\/types|core-js|regenerator-runtime)$/.test(name)

/** Bundles of tfjs's packages that Node loads; the others are for browsers and bundlers. */
const tfjsFiles = /^(package\.json|LICENSE.*|dist\/tf[a-z-]*\.node\.js|dist\/[a-z-]+\.wasm)$/
const tfjsNodeFiles = /^(package\.json|LICENSE.*|dist\/.*\.js)$/
const neverNeeded =
  /\.(d\.[cm]?ts|map|md|markdown|flow|cc|gyp)$|(^|\/)(test|tests|__tests__|example|examples|docs?|\.github)\/|(^|\/)(CHANGELOG|HISTORY|AUTHORS|Makefile|\..*)$/i

/**
 * Whether a file of a package comes with the app.
 *
 * @param {string} folder of the package, such as `node_modules/tar`
 * @param {string} file relative to the folder, with `/`
 * @param {string} platform such as `linux-x64`; native files of others stay out
 * @returns {boolean}
 */
export function isPackaged(folder, file, platform) {
  const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length)
  if (file.startsWith('node_modules/')) return false
  if (name === '@tensorflow/tfjs-node-gpu') return tfjsNodeFiles.test(file)
  if (name.startsWith('@tensorflow/tfjs')) return tfjsFiles.test(file)
  if (/^licen[cs]e|^notice|^copying/i.test(file)) return true
  if (file.startsWith('prebuilds/'))
    return file.startsWith(`prebuilds/${platform}/`) && !file.includes('.musl.')
  if (name === '@photostructure/sqlite' && file.startsWith('src/')) return false
  return !neverNeeded.test(file)
}

/**
 * Files of a package that come with the app.
 *
 * @param {string} root folder that holds node_modules
 * @param {string} folder of the package
 * @param {string} platform such as `linux-x64`
 * @returns {string[]} relative to `root`, sorted
 */
export function packagedFiles(root, folder, platform) {
  return filesBelow(join(root, folder))
    .filter((file) => isPackaged(folder, file, platform))
    .map((file) => `${folder}/${file}`)
}

/**
 * Every file below a folder, links too.
 *
 * @param {string} folder
 * @returns {string[]} relative, with `/`, sorted by code units
 */
export function filesBelow(folder) {
  /** @param {string} path @param {string} prefix @returns {string[]} */
  const list = (path, prefix) =>
    readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory()
        ? list(join(path, entry.name), `${prefix}${entry.name}/`)
        : [`${prefix}${entry.name}`],
    )
  return list(folder, '').sort(byCodeUnits)
}

/**
 * An order that is the same on every machine.
 *
 * @param {string} a
 * @param {string} b
 * @returns {number}
 */
export function byCodeUnits(a, b) {
  return a < b ? -1 : a > b ? 1 : 0
}

/**
 * Packages that a bundle asks Node for.
 *
 * @param {string} source of a CommonJS bundle
 * @returns {string[]} names; Node's own modules, Electron's and files beside the bundle are left out
 */
export function requiredPackages(source) {
  // As the bundler writes it; comments of the bundled packages have spaces and other quotes.
  const names = [...source.matchAll(/\b(?:require|import)\("([^"\s]+)"\)/g)]
    .map(([, name]) => /^(@[^/]+\/)?[a-z0-9][^/:]*(?=\/|$)/.exec(String(name))?.[0])
    .filter((name) => name !== undefined)
  return [...new Set(names)].sort(byCodeUnits)
}
