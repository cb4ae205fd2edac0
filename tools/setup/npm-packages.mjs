/** The npm packages of package-lock.json, installed once per lock file. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram, runQuietly } from './child-process.mjs'
import { cloneStateFolder, repositoryFolder } from './folders.mjs'
import { SetUpFailure } from './set-up-failure.mjs'
import { reportStep } from './step-report.mjs'
import { readJson, writeJson } from './whole-or-nothing.mjs'

const lockFile = join(repositoryFolder, 'package-lock.json')
const installedFile = join(repositoryFolder, 'node_modules', '.package-lock.json')
const stampFile = join(cloneStateFolder, 'npm-packages.json')

/**
 * @typedef {{ packages?: Record<string, { version?: string, optional?: boolean, link?: boolean }> }} LockFile
 */

/**
 * Whether the installed packages are known to be those of the lock file.
 *
 * @returns {boolean}
 */
export function npmPackagesReady() {
  const stamp = /** @type {{ lockFile?: string } | undefined} */ (readJson(stampFile))
  return stamp?.lockFile === digestOfLockFile() && existsSync(installedFile)
}

/**
 * Installs the npm packages, their install scripts off.
 *
 * @returns {Promise<void>}
 * @throws {SetUpFailure} when npm fails
 */
export async function ensureNpmPackages() {
  if (npmPackagesReady()) return
  const lockFileDigest = digestOfLockFile()
  const wanted = /** @type {LockFile} */ (readJson(lockFile) ?? {})
  const installed = /** @type {LockFile | undefined} */ (readJson(installedFile))
  // Someone may have run npm by hand: what matches already is left alone.
  if (!installed || !installedAsWanted(wanted, installed))
    await reportStep('installing the npm packages', install)
  writeJson(stampFile, { lockFile: lockFileDigest })
}

/**
 * Whether a tree of installed packages is the one that a lock file asks for. Optional packages (for other platforms)
 * may be absent.
 *
 * @param {LockFile} wanted package-lock.json
 * @param {LockFile} installed node_modules/.package-lock.json
 * @returns {boolean}
 */
export function installedAsWanted(wanted, installed) {
  const there = installed.packages ?? {}
  const asked = Object.entries(wanted.packages ?? {}).filter(([path]) => path !== '')
  const names = new Set(asked.map(([path]) => path))
  return (
    asked.every(([path, { version, optional }]) => {
      const found = there[path]
      return found ? found.version === version : optional === true
    }) && Object.keys(there).every((path) => names.has(path))
  )
}

/**
 * `npm ci`; and where that refuses the lock file, `npm install` held to the same lock file. It refuses one that lacks
 * packages of other platforms, which npm leaves out by itself where a registry mirror does not carry them.
 *
 * @returns {Promise<void>}
 */
async function install() {
  const source = (await registryAnswers()) ? '--prefer-offline' : '--offline'
  let result = await npm(['ci', source])
  if (!result.ok && result.output.includes('code EUSAGE'))
    result = await npm(['install', '--no-save', source])
  if (!result.ok) {
    const cause =
      source === '--offline'
        ? 'npm cannot reach its registry'
        : 'npm could not install the packages of package-lock.json'
    throw new SetUpFailure(
      `${cause}: check the network and npm's settings ("npm ci" shows more) and run the same command again.`,
      result.output,
    )
  }
  const wanted = /** @type {LockFile} */ (readJson(lockFile) ?? {})
  const installed = /** @type {LockFile} */ (readJson(installedFile) ?? {})
  if (!installedAsWanted(wanted, installed)) {
    throw new SetUpFailure(
      'package.json and package-lock.json disagree: type "npm install" to bring them together, and run the same command again.',
    )
  }
}

/**
 * Asks for one package before asking for all: without a network npm takes minutes to give up on hundreds, and with
 * `--offline` seconds, or none at all if its cache has them.
 *
 * @returns {Promise<boolean>}
 */
async function registryAnswers() {
  const { ok } = await npm(['view', 'vue', 'version', '--fetch-retries=1', '--fetch-retry-mintimeout=1000'])
  return ok
}

/**
 * @param {readonly string[]} args
 * @returns {Promise<import('./child-process.mjs').Outcome>}
 */
function npm(args) {
  const [command, ...first] = npmCommand()
  // The level is given because npm hands the one of "npm run -s" on to the npm below it, which would hide errors.
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error']
  return runQuietly(command, [...first, ...args, ...quiet], { cwd: repositoryFolder })
}

/**
 * How to start the npm that belongs to this Node.
 *
 * @returns {[string, ...string[]]} command and first arguments
 * @throws {SetUpFailure} when there is no npm
 */
export function npmCommand() {
  const running = process.env['npm_execpath'] ?? ''
  if (/npm-cli\.[cm]?js$/.test(running)) return [process.execPath, running]
  const beside = join(process.execPath, '..', 'node_modules', 'npm', 'bin', 'npm-cli.js')
  if (existsSync(beside)) return [process.execPath, beside]
  const npm = findProgram('npm')
  if (!npm)
    throw new SetUpFailure(
      'npm is missing: install Node.js 20.19 or newer together with its npm, and run the same command again.',
    )
  return [npm]
}

/** @returns {string} */
function digestOfLockFile() {
  return createHash('sha256').update(readFileSync(lockFile)).digest('hex')
}
