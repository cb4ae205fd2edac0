/** The lab's side of the epoch bench: `lab run` with two epochs in a data folder of its own, the second one read. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { askProgram } from '../measuring/ask-program.mjs'

/** @typedef {import('./epoch-contenders.mjs').EpochOptions} EpochOptions */

/** Validation is no part of the measured time: as little of it as possible. */
const validationExamples = 16

/**
 * @param {EpochOptions} options
 * @param {string} precision
 * @returns {object} the lab's run config
 */
export function labConfig({ data, checkpoint, task, batch, maxLength, limit }, precision) {
  return {
    schemaVersion: 1,
    name: `bench: ${task}, ${precision}`,
    checkpoint,
    dataset: data,
    task,
    method: { kind: 'fine-tuning' },
    training: {
      learningRate: 1e-5,
      batchSize: batch,
      maxEpochs: 2,
      patience: 2,
      maxLength,
      precision,
      seed: 1,
    },
    limits: { trainExamples: limit ?? null, validationExamples },
  }
}

/**
 * @typedef {object} EpochAnswer
 * @property {number} seconds of the second epoch's training
 * @property {number} steps
 * @property {number} tokens real ones
 * @property {number} paddedTokens computed beside them
 * @property {number} trainLoss
 * @property {number | null} peakMemoryBytes
 * @property {Record<string, number>} parts the epoch's seconds by part
 * @property {unknown} engine
 */

/**
 * The second epoch of a run's summary. Its training time is everything but the validation: batches, all passes, the
 * update, and what is spent on logging and the like.
 *
 * @param {any} summary
 * @returns {EpochAnswer | string} or what it lacks
 */
export function secondEpochOf(summary) {
  const epoch = summary?.epochs?.find((/** @type {any} */ each) => each.epoch === 2)
  if (!epoch) return `the lab's run has no second epoch (${String(summary?.status)})`
  const seconds = epoch.seconds.total - epoch.seconds.evaluation
  if (!(seconds > 0)) return "the lab's second epoch has no times"
  const { steps, tokens, paddedTokens, trainLoss, seconds: parts } = epoch
  const { engine, peakMemoryBytes } = summary
  return { seconds, steps, tokens, paddedTokens, trainLoss, peakMemoryBytes, parts, engine }
}

/**
 * @param {EpochOptions} options
 * @param {string} precision
 * @param {AbortSignal} signal
 * @returns {Promise<import('../measuring/ask-program.mjs').Answer>}
 */
export async function askLabForEpoch(options, precision, signal) {
  const home = mkdtempSync(join(tmpdir(), 'addrop-bench-'))
  try {
    const config = join(home, 'config.json')
    writeFileSync(config, JSON.stringify(labConfig(options, precision)))
    const args = [options.lab, 'run', config, '--json']
    const question = { command: process.execPath, args, env: { LAB_HOME: join(home, 'lab') } }
    const { document, trouble } = await askProgram(question, signal)
    if (trouble !== undefined) return { document, trouble }
    const epoch = secondEpochOf(document)
    return typeof epoch === 'string' ? { document: undefined, trouble: epoch } : { document: epoch, trouble }
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}
