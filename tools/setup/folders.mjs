/** The three folders that set-up works in: the clone, the clone's own state, and the cache all clones share. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Root of this clone. */
export const repositoryFolder = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '')

/** What set-up knows about this clone. Below node_modules, so that it vanishes together with what it describes. */
export const cloneStateFolder = join(repositoryFolder, 'node_modules', '.cache', 'addrop-lab')

/**
 * Folder outside the clone for what is slow to get: libraries, the compiled binding, Electron.
 *
 * @param {Record<string, string | undefined>} environment
 * @param {string} home home folder of the user
 * @returns {string} `$ADDROP_CACHE`, else `$XDG_CACHE_HOME/addrop-lab`, else `~/.cache/addrop-lab`
 */
export function cacheFolder(environment = process.env, home = homedir()) {
  if (environment['ADDROP_CACHE']) return resolve(environment['ADDROP_CACHE'])
  return join(environment['XDG_CACHE_HOME'] || join(home, '.cache'), 'addrop-lab')
}
