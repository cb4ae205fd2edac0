/** What the commit says that a package is made from: its version, and the time that all its files get. */
import { execFileSync } from 'node:child_process'

/**
 * @typedef {object} CommitFacts
 * @property {string} version Debian's form: a later commit's counts as newer
 * @property {string} commit
 * @property {boolean} isChanged whether files differ from the commit
 * @property {number} epoch seconds since 1970
 */

/**
 * The facts of the commit that is checked out.
 *
 * @param {string} root folder of the clone
 * @param {string} programVersion of package.json
 * @param {NodeJS.ProcessEnv} environment `SOURCE_DATE_EPOCH` overrides the commit's time for the files
 * @returns {CommitFacts}
 */
export function commitFacts(root, programVersion, environment = process.env) {
  const git = (/** @type {string[]} */ ...args) =>
    execFileSync('git', ['-C', root, ...args], { encoding: 'utf8' }).trim()
  const [commit = '', time = ''] = git('log', '-1', '--format=%H %ct').split(' ')
  const isChanged = git('status', '--porcelain', '--untracked-files=no') !== ''
  return {
    version: debianVersion(programVersion, commit, Number(time), isChanged),
    commit,
    isChanged,
    epoch: Number(environment['SOURCE_DATE_EPOCH'] ?? time),
  }
}

/**
 * @param {string} programVersion such as `0.1.0` or `0.2.0-beta.1`
 * @param {string} commit
 * @param {number} time of the commit, seconds since 1970
 * @param {boolean} isChanged
 * @returns {string}
 */
export function debianVersion(programVersion, commit, time, isChanged) {
  const day = new Date(time * 1000).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)
  // "~" sorts before the end of a version, so that a beta is older than its release.
  const release = programVersion.replace('-', '~')
  return `${release}+${day}.${commit.slice(0, 8)}${isChanged ? '.changed' : ''}`
}
