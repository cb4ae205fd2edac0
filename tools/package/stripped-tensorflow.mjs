/** TensorFlow's libraries as the package has them: without symbols that only a debugger reads. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { runQuietly } from '../setup/child-process.mjs'
import { SetUpFailure } from '../setup/set-up-failure.mjs'
import { reportStep } from '../setup/step-report.mjs'
import { tensorflowFolder } from '../setup/tensorflow-library.mjs'
import { makeFolder } from '../setup/whole-or-nothing.mjs'

const names = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']

/**
 * Folder with the stripped libraries, made first where it is missing.
 *
 * @returns {Promise<string>}
 * @throws {SetUpFailure} when `strip` is missing or fails
 */
export async function ensureStrippedTensorflow() {
  const folder = `${tensorflowFolder()}-stripped`
  if (existsSync(folder)) return folder
  await reportStep('stripping the TensorFlow library', () =>
    makeFolder(folder, async (temporary) => {
      for (const name of names) await strip(join(tensorflowFolder(), 'lib', name), join(temporary, name))
    }),
  )
  return folder
}

/**
 * @param {string} from
 * @param {string} to
 * @returns {Promise<void>}
 */
async function strip(from, to) {
  const { ok, output } = await runQuietly('strip', ['--strip-unneeded', '-o', to, from])
  if (!ok)
    throw new SetUpFailure(
      'strip could not be run: install the package binutils, and run the same command again.',
      output,
    )
}
