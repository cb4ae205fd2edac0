/** Who takes part in the epoch bench: the lab, and PyTorch with each kind of padding. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryFolder } from '../../tools/setup/folders.mjs'
import { BenchFailure } from '../command/bench-failure.mjs'
import { askProgram } from '../measuring/ask-program.mjs'
import { askLabForEpoch } from './lab-epoch.mjs'

/** The lab, then PyTorch by its padding: to the batch's longest, to the task's length, and in batches of like length. */
export const epochContenderNames = ['lab', 'pytorch-dynamic', 'pytorch-static', 'pytorch-grouped']

/**
 * @typedef {object} EpochOptions
 * @property {string} data folder, absolute
 * @property {string} checkpoint folder, absolute
 * @property {string} task
 * @property {readonly string[]} precisions
 * @property {readonly string[]} contenders
 * @property {'eager' | 'sdpa'} attention PyTorch's
 * @property {'cpu' | 'cuda'} device PyTorch's
 * @property {number} batch
 * @property {number} maxLength
 * @property {number | undefined} limit
 * @property {string} python
 * @property {string} lab script of the lab's command line
 */

/**
 * @param {EpochOptions} options
 * @returns {import('../measuring/interleaved-rounds.mjs').Contender[]}
 */
export function epochContenders(options) {
  return options.precisions.flatMap((precision) =>
    options.contenders.map((name) => ({
      name,
      precision,
      measure: (signal) =>
        name === 'lab'
          ? askLabForEpoch(options, precision, signal)
          : askProgram(
              { command: options.python, args: torchEpochArguments(options, name, precision) },
              signal,
            ),
    })),
  )
}

/**
 * @param {EpochOptions} options
 * @param {string} name
 * @param {string} precision
 * @returns {string[]}
 */
export function torchEpochArguments(options, name, precision) {
  const { data, checkpoint, task, attention, device, batch, maxLength, limit } = options
  return [
    join(repositoryFolder, 'bench', 'pytorch_epoch.py'),
    ...['--data', data, '--checkpoint', checkpoint, '--task', task],
    ...['--padding', name.replace('pytorch-', ''), '--precision', precision],
    ...['--attention', attention, '--device', device],
    ...['--batch', String(batch), '--max-length', String(maxLength)],
    ...(limit === undefined ? [] : ['--limit', String(limit)]),
  ]
}

/**
 * How many training examples an epoch has. The files of these tasks have one example a line, and all but CoLA's begin
 * with a header.
 *
 * @param {string} data folder
 * @param {string} task
 * @param {number | undefined} limit
 * @returns {number}
 * @throws {BenchFailure} when there is no such file
 */
export function countExamples(data, task, limit) {
  const file = join(data, 'train.tsv')
  try {
    const lines = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '').length
    return Math.min(limit ?? Infinity, lines - (task === 'cola' ? 0 : 1))
  } catch {
    throw new BenchFailure(`${file} cannot be read: name the folder of the task's files with --data.`)
  }
}
