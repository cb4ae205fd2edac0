/**
 * The program in the packed layout: `app.asar` for Electron, and beside it `app.asar.unpacked` with what a plain Node
 * reads (`src-main/platform/program-files.ts` finds both).
 */
import { createPackageFromFiles } from '@electron/asar'
import { builtinModules } from 'node:module'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { SetUpFailure } from '../setup/set-up-failure.mjs'
import {
  externalPackages,
  filesBelow,
  packagedFiles,
  packageFolders,
  requiredPackages,
} from './packaged-modules.mjs'

/** Files that a plain Node reads, or that hold native code: they lie outside the archive. */
const unpacked =
  '{package.json,out/main/lab.cjs,out/main/engine.cjs,out/main/chunks/**,resources/**,node_modules/**}'

/** What the packaged package.json keeps. */
const manifestKeys = ['name', 'productName', 'version', 'description', 'license', 'type', 'main']

/**
 * Makes the archive.
 *
 * @param {object} parts
 * @param {string} parts.root folder of the clone, built
 * @param {string} parts.resources destination: Electron's `resources` folder
 * @param {string} parts.work an empty folder for the copy that is packed
 * @param {string} parts.binding compiled binding of tfjs-node-gpu
 * @param {boolean} parts.officialElectron whether the package holds the Electron it is meant for; the window says if not
 * @returns {Promise<void>}
 * @throws {SetUpFailure} when a bundle needs a package that is not in it
 */
export async function makeProgramArchive({ root, resources, work, binding, officialElectron }) {
  const lockFile = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const modules = packageFolders(lockFile, externalPackages)
  checkBundles(join(root, 'out', 'main'), modules)
  const files = [
    ...['out/main', 'out/preload', 'out/renderer', 'resources/sample', 'resources/studies'].flatMap(
      (folder) => filesBelow(join(root, folder)).map((file) => `${folder}/${file}`),
    ),
    ...modules.flatMap((folder) => packagedFiles(root, folder, `${process.platform}-${process.arch}`)),
  ]
  for (const file of files) copyInto(join(root, file), join(work, file))
  const bindingFile = 'node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node'
  copyInto(binding, join(work, bindingFile))
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const kept = Object.fromEntries(manifestKeys.map((key) => [key, manifest[key]]))
  writeFileSync(join(work, 'package.json'), `${JSON.stringify({ ...kept, officialElectron }, null, 2)}\n`)
  await pack(work, join(resources, 'app.asar'))
}

/**
 * @param {string} source
 * @param {string} archive
 * @returns {Promise<void>}
 */
async function pack(source, archive) {
  const files = filesBelow(source)
  const folders = [...new Set(files.flatMap(foldersAbove))]
  const names = [...folders, ...files].sort().map((name) => join(source, name))
  await createPackageFromFiles(source, archive, names, undefined, {
    unpack: join(source, unpacked),
    dot: true,
  })
}

/**
 * @param {string} file
 * @returns {string[]}
 */
function foldersAbove(file) {
  const parts = file.split('/').slice(0, -1)
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}

/**
 * @param {string} from a file or a link to one
 * @param {string} to
 */
function copyInto(from, to) {
  mkdirSync(dirname(to), { recursive: true })
  copyFileSync(from, to)
}

/**
 * @param {string} folder of the bundles
 * @param {readonly string[]} modules
 */
function checkBundles(folder, modules) {
  const known = new Set([
    ...builtinModules,
    'electron',
    ...modules.map((name) => name.replace(/^node_modules\//, '')),
  ])
  for (const file of filesBelow(folder)) {
    const lacking = requiredPackages(readFileSync(join(folder, file), 'utf8')).filter(
      (name) => !known.has(name),
    )
    if (lacking.length > 0)
      throw new SetUpFailure(
        `out/main/${file} needs ${lacking.join(', ')}, which would not be in the package: name it in tools/package/packaged-modules.mjs, or let electron.vite.config.ts bundle it.`,
      )
  }
}
