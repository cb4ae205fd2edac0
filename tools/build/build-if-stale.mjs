/** Makes the bundles in out/ when they are missing or older than the sources; one process at a time. */
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runQuietly } from '../setup/child-process.mjs'
import { withLock } from '../setup/file-lock.mjs'
import { cloneStateFolder, repositoryFolder } from '../setup/folders.mjs'
import { SetUpFailure } from '../setup/set-up-failure.mjs'
import { reportStep, say } from '../setup/step-report.mjs'
import { readJson, writeJson } from '../setup/whole-or-nothing.mjs'
import { programOf } from './package-program.mjs'
import { isStale, sourceState } from './source-state.mjs'

const inputs = ['src-main', 'src-shared', 'src-renderer', 'electron.vite.config.ts', 'package-lock.json']
const outputs = [
  'main/main.cjs',
  'main/lab.cjs',
  'main/engine.cjs',
  'preload/preload.cjs',
  'renderer/index.html',
]
const stampFile = join(repositoryFolder, 'out', 'built-from.json')

/**
 * Builds if there is a need to.
 *
 * @returns {Promise<void>}
 * @throws {SetUpFailure} when the build fails
 */
export async function buildIfStale() {
  if (isUpToDate()) return
  const lock = join(cloneStateFolder, 'build.lock')
  const work = () => (isUpToDate() ? Promise.resolve() : reportStep('building the app', build))
  await withLock(lock, work, (holder) => {
    say(`waiting for another build (process ${holder})`)
  })
}

/**
 * Builds, needed or not.
 *
 * @returns {Promise<void>}
 * @throws {SetUpFailure} when the build fails
 */
export async function buildAnew() {
  rmSync(stampFile, { force: true })
  await buildIfStale()
}

/** @returns {boolean} */
function isUpToDate() {
  const built = /** @type {import('./source-state.mjs').SourceState | undefined} */ (readJson(stampFile))
  return (
    !isStale(built, sourceState(repositoryFolder, inputs)) &&
    outputs.every((name) => existsSync(join(repositoryFolder, 'out', name)))
  )
}

/** @returns {Promise<void>} */
async function build() {
  // Taken before the build: an edit made while it runs makes it stale.
  const state = sourceState(repositoryFolder, inputs)
  rmSync(stampFile, { force: true })
  const { ok, output } = await runQuietly(process.execPath, [programOf('electron-vite'), 'build'], {
    cwd: repositoryFolder,
  })
  const missing = outputs.find((name) => !existsSync(join(repositoryFolder, 'out', name)))
  if (!ok)
    throw new SetUpFailure(
      'The app could not be built: correct the source named above and run the same command again.',
      output,
    )
  if (missing)
    throw new SetUpFailure(
      `The build made no out/${missing}: correct electron.vite.config.ts and run the same command again.`,
      output,
    )
  writeJson(stampFile, state)
}
