/** What the GPU bench works with: a GPU and environments for both sides, or in a dry run what there is of them. */
import { BenchFailure, exitCodes } from '../command/bench-failure.mjs'
import { say } from '../command/run-command.mjs'
import { environmentFolder, environmentReady, pythonFor } from '../environment/python-environment.mjs'
import { tensorflowGpuEnvironment, torchEnvironment } from '../environment/releases.mjs'
import { labOnCuda } from './cuda-libraries.mjs'
import { findGpu } from './gpu-device.mjs'

/** @typedef {import('../environment/releases.mjs').EnvironmentPlan} EnvironmentPlan */

/**
 * @typedef {object} GpuPlan
 * @property {string} gpu for a person
 * @property {string | undefined} python with PyTorch; undefined in a dry run without one
 * @property {Record<string, string>} labEnvironment empty in a dry run without CUDA's libraries
 */

/**
 * @param {{ python: string | undefined, tensorflowPython: string | undefined, dryRun: boolean }} wishes
 * @returns {Promise<GpuPlan>}
 * @throws {BenchFailure} without a GPU, unless it is a dry run
 */
export async function planGpuBench({ python, tensorflowPython, dryRun }) {
  const gpu = await findGpu()
  if (!gpu && !dryRun)
    throw new BenchFailure(
      'No NVIDIA GPU answers here (nvidia-smi): run this on a machine with one, or with --dry-run on the processor.',
      exitCodes.noDevice,
    )
  say(`GPU: ${gpu ?? 'none'}`)
  const torch = await pythonOrPlan(torchEnvironment, python, dryRun)
  const tensorflow = await pythonOrPlan(tensorflowGpuEnvironment, tensorflowPython, dryRun)
  const labEnvironment = tensorflow === undefined ? {} : await labOnCuda(tensorflow)
  return { gpu: gpu ?? 'none (dry run on the processor)', python: torch, labEnvironment }
}

/**
 * An environment's Python; in a dry run nothing is installed, only told.
 *
 * @param {EnvironmentPlan} plan
 * @param {string | undefined} named
 * @param {boolean} dryRun
 * @returns {Promise<string | undefined>}
 */
async function pythonOrPlan(plan, named, dryRun) {
  const folder = environmentFolder(plan)
  if (!dryRun || named !== undefined || environmentReady(plan, folder)) return pythonFor(plan, named)
  say(`dry run: would install ${plan.requirements.join(', ')} into ${folder}`)
  return undefined
}
