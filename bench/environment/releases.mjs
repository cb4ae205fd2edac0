/** Releases that the lab is compared with, and those it runs on. */
import { tensorflowVersion } from '../../tools/setup/tensorflow-library.mjs'

export const torchVersion = '2.13.0'
const transformersVersion = '5.23.0'

/**
 * An environment of Python's that the benches make for themselves.
 *
 * @typedef {object} EnvironmentPlan
 * @property {string} name of its folder in the cache
 * @property {readonly string[]} requirements what pip installs
 * @property {readonly string[]} modules that must be importable for it to count as made
 */

/** @type {EnvironmentPlan} The opponent. */
export const torchEnvironment = {
  name: `bench-${torchVersion}`,
  requirements: [`torch==${torchVersion}`, `transformers==${transformersVersion}`, 'numpy', 'safetensors'],
  modules: ['torch', 'transformers'],
}

/** @type {EnvironmentPlan} TensorFlow's libraries with CUDA's, for the lab on a GPU; no Python of it ever runs. */
export const tensorflowGpuEnvironment = {
  name: `bench-tensorflow-cuda-${tensorflowVersion}`,
  requirements: [`tensorflow[and-cuda]==${tensorflowVersion}`],
  modules: ['tensorflow', 'nvidia'],
}

/** @type {EnvironmentPlan} The lab's TensorFlow in Python, which can tell what every operation took. */
export const tensorflowEnvironment = {
  name: `bench-tensorflow-${tensorflowVersion}`,
  requirements: [`tensorflow==${tensorflowVersion}`],
  modules: ['tensorflow', 'numpy'],
}
