/** The lab's side of the epoch bench: `lab run` in a data folder of its own, ended after the second epoch, which is read. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { askProgram, troubleOf } from '../measuring/ask-program.mjs'

/** @typedef {import('./epoch-contenders.mjs').EpochOptions} EpochOptions */

/** Epochs the run is planned for: the lab's default. How well batches fit their padding depends on it. */
const plannedEpochs = 10

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
      maxEpochs: plannedEpochs,
      patience: plannedEpochs,
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
 * Carries a run out until its second epoch is over, then asks it to pause.
 *
 * @param {readonly string[]} args of the lab's command line
 * @param {NodeJS.ProcessEnv} env
 * @param {AbortSignal} signal ends the run
 * @returns {Promise<{ runId: string, trouble: string | undefined }>} the run, or why none was begun
 */
async function runTwoEpochs(args, env, signal) {
  const stdio = /** @type {const} */ (['ignore', 'pipe', 'inherit'])
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, signal, stdio })
  const ended = new Promise((finish) => {
    child.on('close', finish)
    child.on('error', finish)
  })
  let runId = ''
  let last
  for await (const line of createInterface({ input: child.stdout })) {
    const event = (last = JSON.parse(line))
    runId = event.runId ?? runId
    if (event.type === 'evaluation' && event.summary.epoch === 2) child.kill('SIGINT')
  }
  const code = /** @type {number | string} */ (await ended)
  return { runId, trouble: runId === '' ? troubleOf(last, code, '') : undefined }
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
    const env = { LAB_HOME: join(home, 'lab') }
    const begun = await runTwoEpochs([options.lab, 'run', config, '--events'], env, signal)
    if (begun.trouble !== undefined && !signal.aborted) return { document: undefined, trouble: begun.trouble }
    const args = [options.lab, 'show', begun.runId, '--json']
    const { document, trouble } = await askProgram({ command: process.execPath, args, env }, signal)
    if (trouble !== undefined) return { document, trouble }
    const epoch = secondEpochOf(document)
    return typeof epoch === 'string' ? { document: undefined, trouble: epoch } : { document: epoch, trouble }
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}
