/** Debian's packages: which are needed, which are missing, and how they get installed. */
import { readFileSync } from 'node:fs'
import { findProgram, runQuietly } from './child-process.mjs'
import { SetUpFailure } from './set-up-failure.mjs'
import { reportStep } from './step-report.mjs'

/**
 * Names of one library's package, any of which will do: Debian 13 and Ubuntu 24.04 renamed some (time_t of 64 bits).
 *
 * @typedef {readonly string[]} PackageChoice
 */

/** @type {readonly PackageChoice[]} What Electron loads at its start. */
export const windowPackages = [
  ['libgtk-3-0', 'libgtk-3-0t64'],
  ['libnss3'],
  ['libasound2', 'libasound2t64'],
  ['libgbm1'],
]

/** @type {readonly PackageChoice[]} A display where there is none. */
export const virtualDisplayPackages = [['xvfb'], ['xauth']]

/** Whether this is Debian or a descendant, where a missing package can be named. */
export const isDebian = debianFamily(readOsRelease()) && findProgram('apt-get') !== undefined

/**
 * Whether an operating system counts Debian among its ancestors.
 *
 * @param {string} osRelease content of /etc/os-release
 * @returns {boolean}
 */
export function debianFamily(osRelease) {
  return /^(ID|ID_LIKE)=["']?([^"'\n]* )?debian\b/m.test(osRelease)
}

/**
 * The choices of which no package is installed.
 *
 * @param {readonly PackageChoice[]} choices
 * @param {ReadonlySet<string>} installed
 * @returns {PackageChoice[]}
 */
export function missingChoices(choices, installed) {
  return choices.filter((names) => !names.some((name) => installed.has(name)))
}

/**
 * Sees to it that the packages are there: installs them as root, names the command otherwise.
 *
 * @param {readonly PackageChoice[]} choices
 * @returns {Promise<void>}
 * @throws {SetUpFailure} when they are missing and cannot be installed from here
 */
export async function ensureDebianPackages(choices) {
  if (choices.length === 0) return
  const missing = missingChoices(choices, await installedPackages(choices.flat()))
  if (missing.length === 0) return
  if (process.getuid?.() !== 0) {
    const names = (await publishedNames(missing)).join(' ')
    throw new SetUpFailure(
      `System packages are missing: type "sudo apt-get update && sudo apt-get install -y ${names}" and run the same command again.`,
    )
  }
  const wanted = missing.map((names) => names[0]).join(', ')
  await reportStep(`installing system packages (${wanted})`, () => install(missing))
}

/**
 * @param {readonly PackageChoice[]} missing
 * @returns {Promise<void>}
 */
async function install(missing) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  /** @param {readonly string[]} args */
  const aptGet = (args) =>
    runQuietly('apt-get', ['-q', '-y', '-o', 'DPkg::Lock::Timeout=300', ...args], { env })
  const update = await aptGet(['update'])
  const names = await publishedNames(missing)
  const installation = ['install', '--no-install-recommends', ...names]
  let result = await aptGet(installation)
  if (result.output.includes('dpkg --configure -a')) {
    // An installation was interrupted half-way; dpkg asks for this before it goes on.
    await runQuietly('dpkg', ['--configure', '-a'], { env })
    result = await aptGet(installation)
  }
  if (!result.ok) {
    throw new SetUpFailure(
      `apt-get could not install ${names.join(' ')}: check the machine's package sources and network, or install these packages by hand, and run the same command again.`,
      update.ok ? result.output : update.output + result.output,
    )
  }
}

/**
 * @param {readonly string[]} names
 * @returns {Promise<Set<string>>}
 */
async function installedPackages(names) {
  // Ends with an error when a name is unknown, and lists the others all the same.
  const { output } = await runQuietly('dpkg-query', [
    '-W',
    '-f',
    '${Package} ${db:Status-Status}\n',
    ...names,
  ])
  return new Set([...output.matchAll(/^(\S+) installed$/gm)].map((match) => match[1] ?? ''))
}

/**
 * The name that this release publishes each package under.
 *
 * @param {readonly PackageChoice[]} missing
 * @returns {Promise<string[]>}
 */
async function publishedNames(missing) {
  return Promise.all(
    missing.map(async (names) => {
      for (const name of names) {
        const { output } = await runQuietly('apt-cache', ['policy', name])
        if (/Candidate: (?!\(none\))/.test(output)) return name
      }
      return names[0] ?? ''
    }),
  )
}

/** @returns {string} */
function readOsRelease() {
  try {
    return readFileSync('/etc/os-release', 'utf8')
  } catch {
    return ''
  }
}
