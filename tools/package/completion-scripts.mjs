/** The completions of both shells, made by TypeScript code that the command line shares; vite runs it. */
import { join } from 'node:path'
import { runnerImport } from 'vite'
import { repositoryFolder } from '../setup/folders.mjs'

/**
 * Makes both scripts.
 *
 * @returns {Promise<{ bash: string, zsh: string }>}
 */
export async function completionScripts() {
  const options = {
    configFile: /** @type {const} */ (false),
    root: repositoryFolder,
    resolve: {
      alias: { '@shared': join(repositoryFolder, 'src-shared'), '@main': join(repositoryFolder, 'src-main') },
    },
  }
  /** @type {(path: string) => Promise<any>} */
  const load = async (path) => (await runnerImport(join(repositoryFolder, path), options)).module
  const { commandTable } = await load('src-main/cli/command-table.ts')
  const { bashCompletion, zshCompletion } = await load('tools/package/completions.ts')
  const table = commandTable()
  return { bash: bashCompletion(table), zsh: zshCompletion(table) }
}
