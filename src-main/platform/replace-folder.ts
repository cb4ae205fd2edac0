/**
 * A folder in place of one of the same name. Folders that hold something cannot be replaced in one step, so the old one
 * first takes another name that is known too: at every moment one of the two can be found.
 */
import { join } from 'node:path'
import { renameDurably } from './durable-file.ts'
import { removeDurably } from './file-content.ts'
import { nodeFileCalls, type FileCalls } from './file-calls.ts'
import { statIfPresent } from './stat-if-present.ts'

/** End of the name that the old folder has meanwhile. */
const steppedAsideSuffix = '.lab-replaced'

/**
 * Gives a finished folder its name; a folder that had it is removed.
 *
 * @param temporary the new folder
 * @param folder its name
 * @param calls file-system calls; tests replace them
 * @failure a system error; then the old folder has its name, or `settleReplaced` gives it back
 */
export function replaceFolder(temporary: string, folder: string, calls: FileCalls = nodeFileCalls): void {
  settleReplaced(folder, calls)
  const aside = `${folder}${steppedAsideSuffix}`
  const isReplacing = statIfPresent(folder, calls) !== null
  if (isReplacing) renameDurably(folder, aside, calls)
  try {
    renameDurably(temporary, folder, calls)
  } catch (thrown) {
    settleReplaced(folder, calls)
    throw thrown
  }
  if (isReplacing) removeDurably(aside, calls)
}

/**
 * Ends a replacement in which a process died: the old folder gets its name back if the new one has not got it.
 *
 * @param folder the name
 * @param calls file-system calls; tests replace them
 * @failure a system error
 */
function settleReplaced(folder: string, calls: FileCalls): void {
  const aside = `${folder}${steppedAsideSuffix}`
  if (statIfPresent(aside, calls) === null) return
  if (statIfPresent(folder, calls) === null) renameDurably(aside, folder, calls)
  else removeDurably(aside, calls)
}

/**
 * Ends every replacement in a folder in which a process died.
 *
 * @param parent the folder; nothing happens when it is not there
 * @param calls file-system calls; tests replace them
 * @failure a system error
 */
export function settleAllReplaced(parent: string, calls: FileCalls = nodeFileCalls): void {
  if (statIfPresent(parent, calls) === null) return
  for (const name of calls.list(parent)) {
    if (!name.endsWith(steppedAsideSuffix)) continue
    settleReplaced(join(parent, name.slice(0, -steppedAsideSuffix.length)), calls)
  }
}
