/** Files and folders that appear complete or not at all, so that an interrupted step leaves nothing half-made. */
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Mark of an unfinished file or folder; whoever holds the lock may delete what carries it. */
const unfinished = '.unfinished-'

/**
 * Makes a folder: fills a temporary one beside it, then gives it its name.
 *
 * @template T
 * @param {string} folder
 * @param {(temporaryFolder: string) => Promise<T>} fill
 * @returns {Promise<T>}
 */
export function makeFolder(folder, fill) {
  return withTemporaryFolder(folder, async (temporary) => {
    const result = await fill(temporary)
    rmSync(folder, { recursive: true, force: true })
    renameSync(temporary, folder)
    return result
  })
}

/**
 * Works in a temporary folder; what an interrupted try left of it is deleted first.
 *
 * @template T
 * @param {string} path the folder is made beside this path and named after it
 * @param {(temporaryFolder: string) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withTemporaryFolder(path, work) {
  clearUnfinished(path)
  const temporary = `${path}${unfinished}${process.pid}`
  mkdirSync(temporary, { recursive: true })
  try {
    return await work(temporary)
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

/**
 * Deletes what interrupted tries at a file or folder left beside it.
 *
 * @param {string} path
 */
function clearUnfinished(path) {
  const parent = dirname(path)
  mkdirSync(parent, { recursive: true })
  for (const name of readdirSync(parent)) {
    if (name.startsWith(basename(path) + unfinished))
      rmSync(join(parent, name), { recursive: true, force: true })
  }
}

/**
 * Writes a JSON file by way of a temporary one.
 *
 * @param {string} path
 * @param {unknown} value
 */
export function writeJson(path, value) {
  mkdirSync(dirname(path), { recursive: true })
  const temporary = `${path}${unfinished}${process.pid}`
  writeFileSync(temporary, `${JSON.stringify(value, null, 2)}\n`)
  renameSync(temporary, path)
}

/**
 * How much lies in a folder that someone else is filling.
 *
 * @param {string} folder
 * @returns {number} bytes; what vanishes while it is looked at is not counted
 */
export function bytesIn(folder) {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0)
      .reduce((sum, size) => sum + size, 0)
  } catch {
    return 0
  }
}

/**
 * Reads a JSON file; one that is missing or damaged counts as absent.
 *
 * @param {string} path
 * @returns {unknown} undefined when absent
 */
export function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * Lays a symbolic link, replacing whatever had its name.
 *
 * @param {string} target
 * @param {string} path
 */
export function placeLink(target, path) {
  mkdirSync(dirname(path), { recursive: true })
  const temporary = `${path}${unfinished}${process.pid}`
  rmSync(temporary, { force: true })
  symlinkSync(target, temporary)
  rmSync(path, { recursive: true, force: true })
  renameSync(temporary, path)
}
