/** The programs that npm packages bring along, started by this Node without a shell. */
import { join } from 'node:path'
import { repositoryFolder } from '../setup/folders.mjs'
import { readJson } from '../setup/whole-or-nothing.mjs'

/**
 * Script of a package's program.
 *
 * @param {string} packageName
 * @param {string} [program] when its name is not the package's
 * @returns {string} absolute path, to be run by Node
 */
export function programOf(packageName, program = packageName) {
  const folder = join(repositoryFolder, 'node_modules', packageName)
  const { bin } = /** @type {{ bin: string | Record<string, string> }} */ (
    readJson(join(folder, 'package.json'))
  )
  return join(folder, typeof bin === 'string' ? bin : (bin[program] ?? ''))
}
