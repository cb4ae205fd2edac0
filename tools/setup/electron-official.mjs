/** Electron's own release, fetched by the downloader in its npm package. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runQuietly } from './child-process.mjs'
import { cacheFolder, repositoryFolder } from './folders.mjs'
import { bytesIn, readJson, withTemporaryFolder } from './whole-or-nothing.mjs'

const packageFolder = join(repositoryFolder, 'node_modules', 'electron')
/** Seconds without a byte after which a download counts as refused. */
const patience = 20

/**
 * The release of package.json.
 *
 * @returns {string} such as `45.4.1`
 */
export function officialVersion() {
  const { version } = /** @type {{ version: string }} */ (readJson(join(packageFolder, 'package.json')))
  return version
}

/**
 * The installed executable.
 *
 * @returns {string | undefined} undefined when Electron was not downloaded yet
 */
export function installedOfficial() {
  try {
    const executable = join(packageFolder, 'dist', readFileSync(join(packageFolder, 'path.txt'), 'utf8'))
    return existsSync(executable) ? executable : undefined
  } catch {
    return undefined
  }
}

/**
 * Downloads and installs Electron. The downloader verifies its checksums itself.
 *
 * @returns {Promise<string | undefined>} the executable, or undefined when the download was refused or stands still
 */
export function installOfficial() {
  return withTemporaryFolder(join(cacheFolder(), 'downloads', 'electron'), async (temporary) => {
    const standstill = new AbortController()
    const stopWatching = watchGrowth(temporary, () => standstill.abort())
    const env = {
      ...process.env,
      TMPDIR: temporary,
      electron_config_cache: join(cacheFolder(), 'electron-releases'),
    }
    const options = { cwd: repositoryFolder, env, signal: standstill.signal }
    await runQuietly(process.execPath, [join(packageFolder, 'install.js')], options)
    stopWatching()
    return installedOfficial()
  })
}

/**
 * Watches what arrives in a folder.
 *
 * @param {string} folder
 * @param {() => void} onStandstill called when nothing arrived for a while
 * @returns {() => void} ends the watch
 */
function watchGrowth(folder, onStandstill) {
  let arrived = 0
  const timer = setInterval(() => {
    const now = bytesIn(folder)
    if (now === arrived) onStandstill()
    arrived = now
  }, patience * 1000)
  return () => {
    clearInterval(timer)
  }
}
