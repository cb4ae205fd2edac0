/** All that a package is made of, fetched, built or compiled as far as it is missing. */
import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { buildIfStale } from '../build/build-if-stale.mjs'
import { requireCompiler } from '../setup/build-programs.mjs'
import { findElectron } from '../setup/electron-location.mjs'
import { repositoryFolder } from '../setup/folders.mjs'
import { SetUpFailure } from '../setup/set-up-failure.mjs'
import { setUp } from '../setup/set-up.mjs'
import { reportStep } from '../setup/step-report.mjs'
import { ensureBinding } from '../setup/tensorflow-binding.mjs'
import { ensureTensorflowNotices, tensorflowVersion } from '../setup/tensorflow-library.mjs'
import { commitFacts } from './commit-facts.mjs'
import { completionScripts } from './completion-scripts.mjs'
import { ensureNodeRuntime, nodeVersion } from './node-runtime.mjs'
import { ensureStrippedTensorflow } from './stripped-tensorflow.mjs'

/** From the binding's folder in `app.asar.unpacked` to TensorFlow's libraries in `resources`. */
const bindingRunPath = '$ORIGIN/../../../../../../tensorflow/lib'

/**
 * Gets everything ready.
 *
 * @returns {Promise<{
 *   parts: import('./stage-package.mjs').Parts,
 *   facts: Omit<import('./debian-files.mjs').PackageFacts, 'installedKib'>,
 *   commit: import('./commit-facts.mjs').CommitFacts,
 * }>}
 * @throws {SetUpFailure} when something cannot be had
 */
export async function packageParts() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new SetUpFailure('The package is made on Linux x86-64 only: run the same command there.')
  await setUp({ window: true })
  await buildIfStale()
  const electron = findElectron()
  if (!electron)
    throw new SetUpFailure('Electron is missing: run "npm run setup" and the same command again.')
  const { version: programVersion } = JSON.parse(readFileSync(join(repositoryFolder, 'package.json'), 'utf8'))
  const commit = commitFacts(repositoryFolder, programVersion)
  const facts = {
    version: commit.version,
    electron: { version: electron.version, official: electron.official },
    node: nodeVersion,
    tensorflow: tensorflowVersion,
  }
  const parts = {
    root: repositoryFolder,
    electron: dirname(electron.executable),
    electronExecutable: basename(electron.executable),
    nodeRuntime: await ensureNodeRuntime(),
    tensorflow: await ensureStrippedTensorflow(),
    tensorflowNotices: await ensureTensorflowNotices(),
    binding: await ensureBinding(requireCompiler(), bindingRunPath),
    completion: await reportStep('writing completions', completionScripts),
    facts: { ...facts, commit: commit.commit, isChanged: commit.isChanged },
  }
  return { parts, facts, commit }
}
