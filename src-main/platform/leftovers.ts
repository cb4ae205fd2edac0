/** Content that was never finished because its writer died; it takes room and is of no use to anybody. */
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { unfinishedSuffix } from './durable-file.ts'
import { isAlive } from './process-liveness.ts'

/** The number of the process in a temporary name, see `unfinishedName`. */
const writerPattern = new RegExp(`\\.(\\d+)-\\d+\\${unfinishedSuffix}$`)

/**
 * Removes unfinished files and folders whose writer is gone; those of living processes, this one included, stay. Does
 * nothing where the folder does not exist or cannot be read: tidying up must never stop the work that comes after it.
 *
 * @param folder where writers put their temporary names
 */
export function removeLeftovers(folder: string): void {
  let names: string[]
  try {
    names = readdirSync(folder)
  } catch {
    return
  }
  for (const name of names) {
    const writer = writerPattern.exec(name)?.[1]
    if (writer === undefined || isAlive({ pid: Number(writer), startTime: '' })) continue
    rmSync(join(folder, name), { recursive: true, force: true })
  }
}
