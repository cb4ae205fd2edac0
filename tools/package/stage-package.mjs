/** Lays out the installed program as it will be below `/`: which file comes from where. */
import { cpSync, copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { noticesDocument } from '../supply-chain/notices.mjs'
import { shippedPackages } from '../supply-chain/shipped-packages.mjs'
import {
  appArmorProfile,
  copyrightFile,
  desktopEntry,
  executableName,
  packageName,
  programFolder,
} from './debian-files.mjs'
import { setFuses } from './electron-fuses.mjs'
import { writeIcons } from './icons.mjs'
import { makeProgramArchive } from './program-archive.mjs'

/**
 * @typedef {object} Parts what the package is made of, all ready
 * @property {string} root folder of the clone, built
 * @property {string} electron folder of Electron
 * @property {string} electronExecutable its file name there
 * @property {string} nodeRuntime folder with `node` and `LICENSE`
 * @property {string} tensorflow folder with the libraries
 * @property {string} tensorflowNotices file
 * @property {string} binding compiled binding
 * @property {{ bash: string, zsh: string }} completion scripts
 * @property {{ electron: { official: boolean } } & Record<string, unknown>} facts for `build.json`
 */

/** Languages of Chromium's own menus and messages; the app speaks English. */
const keptLocales = /^(en-US|en-GB)\.pak$/

/** Files that carry the right to be run; chrome-sandbox makes Chromium's sandbox where user namespaces are refused. */
const modes = new Map([
  [`${programFolder}/${executableName}`, 0o755],
  [`${programFolder}/chrome_crashpad_handler`, 0o755],
  [`${programFolder}/chrome-sandbox`, 0o4755],
  [`${programFolder}/resources/node-runtime/node`, 0o755],
  [`/usr/bin/${packageName}`, 0o755],
])

/**
 * Mode of an installed file.
 *
 * @param {string} path absolute, as installed
 * @returns {number}
 */
export function modeOf(path) {
  return modes.get(path) ?? 0o644
}

/**
 * Fills a folder with everything that the package installs.
 *
 * @param {string} stage an empty folder that stands for `/`
 * @param {string} work an empty folder for intermediate copies
 * @param {Parts} parts
 * @returns {Promise<void>}
 */
export async function stagePackage(stage, work, parts) {
  const program = join(stage, programFolder)
  const resources = join(program, 'resources')
  layElectron(program, parts)
  await setFuses(join(program, executableName))
  await makeProgramArchive({
    root: parts.root,
    resources,
    work,
    binding: parts.binding,
    officialElectron: parts.facts.electron.official,
  })
  for (const name of ['node', 'LICENSE'])
    copy(join(parts.nodeRuntime, name), join(resources, 'node-runtime', name))
  cpSync(parts.tensorflow, join(resources, 'tensorflow', 'lib'), { recursive: true })
  copy(parts.tensorflowNotices, join(resources, 'tensorflow', 'THIRD_PARTY_NOTICES.txt'))
  write(join(resources, 'apparmor-profile'), appArmorProfile())
  laySystemFiles(stage, parts)
}

/**
 * @param {string} program
 * @param {Parts} parts
 */
function layElectron(program, { electron, electronExecutable }) {
  cpSync(electron, program, {
    recursive: true,
    filter: (source) =>
      !/[\\/]resources[\\/]/.test(source.slice(electron.length)) &&
      (!/[\\/]locales[\\/]/.test(source.slice(electron.length)) ||
        keptLocales.test(source.split('/').pop() ?? '')),
  })
  cpSync(join(program, electronExecutable), join(program, executableName))
  rmSync(join(program, electronExecutable))
}

/**
 * @param {string} stage
 * @param {Parts} parts
 */
function laySystemFiles(stage, { root, completion, facts }) {
  const share = join(stage, 'usr', 'share')
  const documents = join(share, 'doc', packageName)
  copy(fileURLToPath(new URL('program-on-path.sh', import.meta.url)), join(stage, 'usr', 'bin', packageName))
  symlinkSync(`${programFolder}/${executableName}`, join(stage, 'usr', 'bin', executableName))
  write(join(share, 'applications', `${packageName}.desktop`), desktopEntry())
  writeIcons(join(root, 'resources', 'icon', 'addrop-lab.svg'), join(share, 'icons', 'hicolor'), packageName)
  write(join(share, 'bash-completion', 'completions', packageName), completion.bash)
  write(join(share, 'zsh', 'vendor-completions', `_${packageName}`), completion.zsh)
  write(join(documents, 'copyright'), copyrightFile(readFileSync(join(root, 'LICENSE'), 'utf8')))
  const lockFile = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  write(join(documents, 'THIRD-PARTY-NOTICES.txt'), noticesDocument(shippedPackages(lockFile, root)))
  write(join(documents, 'build.json'), `${JSON.stringify(facts, null, 2)}\n`)
}

/**
 * @param {string} from
 * @param {string} to
 */
function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true })
  copyFileSync(from, to)
}

/**
 * @param {string} path
 * @param {string} content
 */
function write(path, content) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}
