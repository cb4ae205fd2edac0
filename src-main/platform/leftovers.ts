/** Content that was never finished because its writer died; it takes room and is of no use to anybody. */
import { join } from 'node:path'
import { unfinishedSuffix } from './durable-file.ts'
import { removeUnfinished } from './file-content.ts'
import { nodeFileCalls, type FileCalls } from './file-calls.ts'
import { livenessOfWriter } from './process-liveness.ts'

/** The writer in a temporary name, see `unfinishedName`. A folder may hold files of others, of whatever name. */
const writerPattern = new RegExp(`\\.([0-9a-f]{8}-\\d+-[0-9a-f]{8})-\\d+\\${unfinishedSuffix}$`)

/** Age after which content counts as left behind although nobody here can tell whether its writer lives. */
const longestWriteMs = 24 * 60 * 60 * 1000

/**
 * Removes unfinished files and folders whose writer is gone; those of living processes, this one included, stay, and so do
 * those of other machines and containers for a day. Does nothing where the folder does not exist or cannot be read: tidying
 * up must never stop the work that comes after it.
 *
 * @param folder where writers put their temporary names
 * @param calls file-system calls; tests replace them
 */
export function removeLeftovers(folder: string, calls: FileCalls = nodeFileCalls): void {
  let names: string[]
  try {
    names = calls.list(folder)
  } catch {
    return
  }
  for (const name of names) {
    const path = join(folder, name)
    if (isLeftover(name, path, calls)) removeUnfinished(path, calls)
  }
}

function isLeftover(name: string, path: string, calls: FileCalls): boolean {
  const writer = writerPattern.exec(name)?.[1]
  if (writer === undefined) return false
  const liveness = livenessOfWriter(writer)
  if (liveness !== 'unknown') return liveness === 'gone'
  try {
    return Date.now() - calls.status(path).mtimeMs > longestWriteMs
  } catch {
    // Gone meanwhile, or not to be looked at.
    return false
  }
}
