/** Who takes part in the step bench: the lab, and PyTorch in several ways. */
import { join } from 'node:path'
import { repositoryFolder } from '../../tools/setup/folders.mjs'
import { askProgram } from '../measuring/ask-program.mjs'
import { sizeFlags } from './sizes.mjs'

/**
 * The lab's plain fine-tuning step, alone in its process as PyTorch's is: this is what is compared with PyTorch, in
 * time and in memory.
 */
export const labAlone = 'lab'
/** The lab's methods, interleaved in one process: their ratios to the fine-tuning step beside them. */
export const labMethods = 'lab-methods'

/** Ways of PyTorch: attention, whether compiled, and by which of torch.compile's modes. */
export const torchWays = ['eager', 'sdpa', 'compile-eager', 'compile-sdpa']
/** Ways that make sense on a GPU only: whole steps captured as CUDA graphs. */
export const gpuWays = ['compile-sdpa:reduce-overhead']

/**
 * @typedef {object} StepOptions
 * @property {import('./sizes.mjs').Size} size
 * @property {readonly string[]} precisions
 * @property {readonly string[]} methods of the lab
 * @property {readonly string[]} contenders
 * @property {number} steps
 * @property {number} warmUp PyTorch's; the lab makes its own
 * @property {'cpu' | 'cuda'} device PyTorch's; the lab takes what its library offers
 * @property {string} python
 * @property {string} lab script of the lab's command line
 * @property {Record<string, string>} [labEnvironment] variables for the lab alone
 */

/** Script of the lab's command line in this clone. */
export const labScript = join(repositoryFolder, 'tools', 'lab.mjs')

/**
 * @param {StepOptions} options
 * @returns {import('../measuring/interleaved-rounds.mjs').Contender[]}
 */
export function stepContenders(options) {
  return options.precisions.flatMap((precision) =>
    options.contenders.map((name) => ({
      name,
      precision,
      measure: (signal) =>
        name === labAlone || name === labMethods
          ? askLab(options, name === labAlone ? ['fine-tuning'] : options.methods, precision, signal)
          : askProgram({ command: options.python, args: torchArguments(options, name, precision) }, signal),
    })),
  )
}

/**
 * @param {StepOptions} options
 * @param {string} way
 * @param {string} precision
 * @returns {string[]}
 */
export function torchArguments({ size, steps, warmUp, device }, way, precision) {
  const script = join(repositoryFolder, 'bench', 'pytorch_step.py')
  const timing = ['--steps', String(steps), '--warm-up', String(warmUp)]
  return [script, ...sizeFlags(size), '--precision', precision, ...timing, '--way', way, '--device', device]
}

/**
 * @param {StepOptions} options
 * @param {readonly string[]} methods
 * @param {string} precision
 * @returns {string[]}
 */
export function labArguments({ lab, size, steps }, methods, precision) {
  const what = ['--precision', precision, '--methods', methods.join(','), '--steps', String(steps)]
  return [lab, 'bench', 'step', '--json', ...sizeFlags(size), ...what]
}

/**
 * @param {StepOptions} options
 * @param {readonly string[]} methods
 * @param {string} precision
 * @param {AbortSignal} signal
 * @returns {Promise<import('../measuring/ask-program.mjs').Answer>}
 */
async function askLab(options, methods, precision, signal) {
  const question = { command: process.execPath, args: labArguments(options, methods, precision) }
  const answer = await askProgram({ ...question, env: options.labEnvironment }, signal)
  if (answer.trouble !== undefined) return answer
  const trouble = defectOf(answer.document, methods, precision)
  return trouble === undefined ? answer : { document: undefined, trouble }
}

/**
 * What a lab's answer lacks of the contract. A time that is not there must not become a 0 in a table.
 *
 * @param {any} document
 * @param {readonly string[]} methods
 * @param {string} precision
 * @returns {string | undefined}
 */
export function defectOf(document, methods, precision) {
  if (document?.precision !== precision)
    return `the lab answered for precision ${String(document?.precision)}`
  const lacking = methods.find((method) =>
    ['medianMs', 'minMs', 'maxMs'].some((key) => !(document?.methods?.[method]?.[key] > 0)),
  )
  return lacking === undefined ? undefined : `the lab's answer lacks the times of ${lacking}`
}
