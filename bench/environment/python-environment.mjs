/** Python environments outside the clone, made once with pip, whole or not at all. */
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { requirePip } from '../../tools/setup/build-programs.mjs'
import { findProgram, runQuietly } from '../../tools/setup/child-process.mjs'
import { withLock } from '../../tools/setup/file-lock.mjs'
import { cacheFolder } from '../../tools/setup/folders.mjs'
import { SetUpFailure } from '../../tools/setup/set-up-failure.mjs'
import { reportStep } from '../../tools/setup/step-report.mjs'
import { bytesIn, readJson, writeJson } from '../../tools/setup/whole-or-nothing.mjs'

/** @typedef {import('./releases.mjs').EnvironmentPlan} EnvironmentPlan */

/**
 * Where an environment is, or will be.
 *
 * @param {EnvironmentPlan} plan
 * @param {string} [folder] another place for it
 * @returns {string}
 */
export function environmentFolder(plan, folder) {
  return folder ? resolve(folder) : join(cacheFolder(), plan.name)
}

/**
 * Whether an environment was made completely, and for the same releases.
 *
 * @param {EnvironmentPlan} plan
 * @param {string} folder
 * @returns {boolean}
 */
export function environmentReady(plan, folder) {
  const stamp = /** @type {{ requirements?: unknown } | undefined} */ (readJson(stampIn(folder)))
  const same = JSON.stringify(stamp?.requirements) === JSON.stringify(plan.requirements)
  return same && existsSync(pythonIn(folder))
}

/**
 * The Python of an environment, which is made first where it is missing.
 *
 * @param {EnvironmentPlan} plan
 * @param {string} [folder] another place for it
 * @returns {Promise<string>} path of its Python
 * @throws {SetUpFailure} when it cannot be made
 */
export async function ensureEnvironment(plan, folder) {
  const place = environmentFolder(plan, folder)
  if (!environmentReady(plan, place)) await withLock(`${place}.lock`, () => makeEnvironment(plan, place))
  return pythonIn(place)
}

/**
 * The Python that a person named, or else that of an environment made for the purpose.
 *
 * @param {EnvironmentPlan} plan
 * @param {string | undefined} python
 * @returns {Promise<string>}
 * @throws {SetUpFailure} when it lacks something, or cannot be made
 */
export function pythonFor(plan, python) {
  return python === undefined ? ensureEnvironment(plan) : usePython(plan, python)
}

/**
 * A Python that a person named, once it is seen to have what is needed.
 *
 * @param {EnvironmentPlan} plan
 * @param {string} python
 * @returns {Promise<string>} its absolute path
 * @throws {SetUpFailure} when it lacks something
 */
async function usePython(plan, python) {
  const path = findProgram(python)
  if (!path)
    throw new SetUpFailure(`--python ${python} is no program: name a Python, such as FOLDER/bin/python.`)
  const { ok, output } = await runQuietly(path, ['-c', findModules, ...plan.modules])
  if (ok) return path.includes('/') ? resolve(path) : path
  throw new SetUpFailure(
    `${python} lacks ${output.trim()}: install "${plan.requirements.join(' ')}" there, or leave the flag out to have an environment made.`,
  )
}

/** Ends with the names of the modules that are missing; looks without loading them. */
const findModules =
  'import importlib.util, sys; sys.exit(", ".join(m for m in sys.argv[1:] if not importlib.util.find_spec(m)) or 0)'

/**
 * @param {EnvironmentPlan} plan
 * @param {string} folder
 * @returns {Promise<void>}
 */
async function makeEnvironment(plan, folder) {
  if (environmentReady(plan, folder)) return
  // It cannot be made beside its place and moved there: programs in it carry their own path. The stamp comes last.
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const python = await requirePip()
  await reportStep(`making a Python environment in ${folder}`, () =>
    must(python, ['-m', 'venv', folder], venvAdvice),
  )
  const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--progress-bar', 'off']
  await reportStep(
    `installing ${plan.requirements.join(', ')}`,
    () => must(pythonIn(folder), [...pip, ...plan.requirements], pipAdvice(plan)),
    () => `, ${Math.round(bytesIn(folder) / 1e6)} MB so far`,
  )
  writeJson(stampIn(folder), { requirements: plan.requirements })
}

const venvAdvice =
  'Python could not make an environment: install its module venv (on Debian: python3-venv) and run the same command again.'

/**
 * @param {EnvironmentPlan} plan
 * @returns {string}
 */
function pipAdvice(plan) {
  return `pip could not install ${plan.requirements.join(', ')}: check the network, pip's settings and the disk (it takes some GB), or name a Python that has them with the flag for that, and run the same command again.`
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {string} advice
 * @returns {Promise<void>}
 */
async function must(program, args, advice) {
  const { ok, output } = await runQuietly(program, args)
  if (!ok) throw new SetUpFailure(advice, output)
}

/**
 * @param {string} folder
 * @returns {string}
 */
function pythonIn(folder) {
  return process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python')
}

/**
 * @param {string} folder
 * @returns {string}
 */
function stampIn(folder) {
  return join(folder, 'addrop-bench.json')
}
