/** A staged folder becomes a .deb whose content depends on nothing but the files: names sorted, times and owners fixed. */
import { createHash } from 'node:crypto'
import {
  chmodSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { runQuietly } from '../setup/child-process.mjs'
import { SetUpFailure } from '../setup/set-up-failure.mjs'
import { controlFile, maintainerScripts } from './debian-files.mjs'
import { filesBelow } from './packaged-modules.mjs'
import { modeOf } from './stage-package.mjs'

/** zstd at this level is within a fifth of xz in size, and packs and unpacks many times faster. */
const compression = ['-Zzstd', '-z12']

/**
 * What a staged folder installs, one line a file: mode, sha256 or target of a link, path. Equal lists are equal packages:
 * times and owners are the same for all.
 *
 * @param {string} stage folder that stands for `/`
 * @returns {string[]}
 */
export function contentList(stage) {
  return filesBelow(stage).map((file) => {
    const found = lstatSync(join(stage, file))
    if (found.isSymbolicLink()) return `777 -> ${readlinkSync(join(stage, file))} /${file}`
    const digest = createHash('sha256')
      .update(readFileSync(join(stage, file)))
      .digest('hex')
    return `${modeOf(`/${file}`).toString(8)} sha256-${digest} /${file}`
  })
}

/**
 * Packs a staged folder.
 *
 * @param {string} stage folder that stands for `/`
 * @param {string} deb file to write
 * @param {Omit<import('./debian-files.mjs').PackageFacts, 'installedKib'>} facts
 * @param {number} epoch time of all files, seconds since 1970
 * @returns {Promise<void>}
 * @throws {SetUpFailure} when dpkg-deb is missing or fails
 */
export async function makeDebianPackage(stage, deb, facts, epoch) {
  const files = filesBelow(stage)
  const control = join(stage, 'DEBIAN')
  mkdirSync(control)
  const bytes = files.reduce((sum, file) => sum + lstatSync(join(stage, file)).size, 0)
  writeFileSync(join(control, 'control'), controlFile({ ...facts, installedKib: Math.ceil(bytes / 1024) }))
  for (const [name, script] of Object.entries(maintainerScripts()))
    writeFileSync(join(control, name), script, { mode: 0o755 })
  writeFileSync(join(control, 'md5sums'), md5sums(stage, files))
  fixTimesAndModes(stage, epoch)
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(epoch), LC_ALL: 'C' }
  const args = ['--root-owner-group', ...compression, '--threads-max=1', '--build', stage, deb]
  const { ok, output } = await runQuietly('dpkg-deb', args, { env })
  if (!ok)
    throw new SetUpFailure(
      'dpkg-deb could not write the package: it needs dpkg 1.21.18 or newer (Debian 12, Ubuntu 22.04) and room for 2 GB.',
      output,
    )
}

/**
 * @param {string} stage
 * @param {readonly string[]} files
 * @returns {string} in the form of dpkg's md5sums
 */
function md5sums(stage, files) {
  return files
    .filter((file) => lstatSync(join(stage, file)).isFile())
    .map(
      (file) =>
        `${createHash('md5')
          .update(readFileSync(join(stage, file)))
          .digest('hex')}  ${file}\n`,
    )
    .join('')
}

/**
 * @param {string} stage
 * @param {number} epoch
 */
function fixTimesAndModes(stage, epoch) {
  const folders = new Set(['.'])
  for (const file of filesBelow(stage)) {
    const parts = file.split('/').slice(0, -1)
    for (let depth = 1; depth <= parts.length; depth++) folders.add(parts.slice(0, depth).join('/'))
    const path = join(stage, file)
    const isLink = lstatSync(path).isSymbolicLink()
    if (!isLink)
      chmodSync(path, file.startsWith('DEBIAN/') ? statSync(path).mode & 0o755 : modeOf(`/${file}`))
    lutimesSync(path, epoch, epoch)
  }
  for (const folder of [...folders].sort().reverse()) {
    chmodSync(join(stage, folder), 0o755)
    lutimesSync(join(stage, folder), epoch, epoch)
  }
}
