/** Where TensorFlow's and CUDA's libraries lie in a Python environment, and how the lab is led to them. */
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { runQuietly } from '../../tools/setup/child-process.mjs'
import { BenchFailure } from '../command/bench-failure.mjs'

/** Folders of two packages, found without loading them. */
const findPackages =
  'import importlib.util as u; print(*(u.find_spec(m).submodule_search_locations[0] for m in ("tensorflow", "nvidia")), sep="\\n")'

/**
 * Variables with which the lab's binding loads this TensorFlow in place of the one for the processor: its run path gives
 * way to LD_LIBRARY_PATH. XLA looks for CUDA's device library where XLA_FLAGS says.
 *
 * @param {string} python of an environment with tensorflow[and-cuda]
 * @returns {Promise<Record<string, string>>}
 * @throws {BenchFailure} when the packages are not there
 */
export async function labOnCuda(python) {
  const { ok, output } = await runQuietly(python, ['-c', findPackages])
  const [tensorflow, nvidia] = output.trim().split('\n')
  if (!ok || !tensorflow || !nvidia)
    throw new BenchFailure(`${python} has no tensorflow[and-cuda]: name another with --tensorflow-python.`)
  return cudaVariables(tensorflow, nvidia, process.env)
}

/**
 * @param {string} tensorflow folder of the package
 * @param {string} nvidia folder that holds CUDA's packages
 * @param {Record<string, string | undefined>} environment what the variables hold already is kept, behind
 * @returns {Record<string, string>}
 */
export function cudaVariables(tensorflow, nvidia, environment) {
  const libraries = readdirSync(nvidia)
    .sort()
    .map((name) => join(nvidia, name, 'lib'))
    .filter((folder) => existsSync(folder))
  const search = [tensorflow, ...libraries, ...(environment['LD_LIBRARY_PATH'] ?? '').split(delimiter)]
  const compiler = `--xla_gpu_cuda_data_dir=${join(nvidia, 'cuda_nvcc')}`
  return {
    LD_LIBRARY_PATH: search.filter(Boolean).join(delimiter),
    XLA_FLAGS: [environment['XLA_FLAGS'], compiler].filter(Boolean).join(' '),
  }
}
