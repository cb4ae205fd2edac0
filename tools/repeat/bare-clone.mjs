/** A clone with nothing in it but what is committed, set up by the repository's own command. */
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { runQuietly } from '../setup/child-process.mjs'
import { repositoryFolder } from '../setup/folders.mjs'
import { SetUpFailure } from '../setup/set-up-failure.mjs'
import { reportStep } from '../setup/step-report.mjs'
import { makeFolder } from '../setup/whole-or-nothing.mjs'

/**
 * @param {string} root folder for the clones of all commits
 * @param {string} reference of the commit
 * @returns {Promise<{ clone: string, folder: string, commit: string }>} the clone, the commit's folder for results
 */
export async function makeClone(root, reference) {
  const { ok, output } = await runQuietly('git', ['rev-parse', `${reference}^{commit}`], {
    cwd: repositoryFolder,
  })
  if (!ok) throw new SetUpFailure(`There is no commit ${reference}: name another with --commit.`, output)
  const commit = output.trim()
  const folder = join(root, commit.slice(0, 12))
  const clone = join(folder, 'clone')
  mkdirSync(folder, { recursive: true })
  if (!existsSync(clone)) await reportStep(`cloning ${commit.slice(0, 12)}`, () => cloneInto(clone, commit))
  return { clone, folder, commit }
}

/**
 * @param {string} clone
 * @param {string} commit
 */
async function cloneInto(clone, commit) {
  await makeFolder(clone, async (temporary) => {
    await git(
      ['clone', '--quiet', '--no-local', '--no-checkout', repositoryFolder, temporary],
      repositoryFolder,
    )
    await git(['checkout', '--quiet', commit], temporary)
  })
}

/**
 * @param {readonly string[]} args
 * @param {string} cwd
 */
async function git(args, cwd) {
  const { ok, output } = await runQuietly('git', args, { cwd })
  if (!ok) throw new SetUpFailure('git could not make the clone: see above.', output)
}
