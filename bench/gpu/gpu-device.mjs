/** Which NVIDIA GPU this machine has. */
import { findProgram, runQuietly } from '../../tools/setup/child-process.mjs'

/**
 * What the driver says of the first GPU.
 *
 * @returns {Promise<string | undefined>} name, memory, driver; undefined without a GPU, or without its driver
 */
export async function findGpu() {
  const program = findProgram('nvidia-smi')
  if (!program) return undefined
  const query = ['--query-gpu=name,memory.total,driver_version', '--format=csv,noheader']
  const { ok, output } = await runQuietly(program, query)
  return ok ? firstGpuIn(output) : undefined
}

/**
 * @param {string} output of nvidia-smi: one GPU a line, fields parted by commas
 * @returns {string | undefined}
 */
export function firstGpuIn(output) {
  const [name, memory, driver] = (output.split('\n')[0] ?? '').split(',').map((field) => field.trim())
  return name && memory && driver ? `${name}, ${memory}, driver ${driver}` : undefined
}
