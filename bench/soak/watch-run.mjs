/** Carries a run out and looks at its engine while it goes. */
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { readJson } from '../../tools/setup/whole-or-nothing.mjs'

/**
 * @typedef {object} Watched
 * @property {number[]} losses of every step
 * @property {Record<number, number>} megabytes resident size of the engine by step
 * @property {string | undefined} trouble why the run did not get through
 */

/**
 * @param {{ args: readonly string[], home: string, marks: readonly number[] }} run
 * @param {AbortSignal} signal ends the run
 * @returns {Promise<Watched>}
 */
export async function watchRun({ args, home, marks }, signal) {
  const env = { ...process.env, LAB_HOME: home }
  const child = spawn(process.execPath, args, { env, signal, stdio: ['ignore', 'pipe', 'pipe'] })
  let complaint = ''
  child.stderr.on('data', (chunk) => (complaint = (complaint + String(chunk)).slice(-2000)))
  const ended = new Promise((finish) => {
    child.on('close', finish)
    child.on('error', finish)
  })
  /** @type {number[]} */
  const losses = []
  /** @type {Record<number, number>} */
  const megabytes = {}
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line)
    if (event.type !== 'step') continue
    losses.push(event.loss)
    if (marks.includes(event.step)) megabytes[event.step] = residentMegabytes(engineOf(home))
  }
  const code = await ended
  const last = complaint.trimEnd().split('\n').at(-1)
  return { losses, megabytes, trouble: code === 0 ? undefined : last || `it ended with ${String(code)}` }
}

/**
 * Process of the engine that carries out the only run of a data folder.
 *
 * @param {string} home
 * @returns {number | undefined}
 */
function engineOf(home) {
  const runs = join(home, 'runs')
  for (const run of existsSync(runs) ? readdirSync(runs) : []) {
    const record = /** @type {any} */ (readJson(join(runs, run, 'run.json')))
    if (record?.process) return record.process.pid
  }
  return undefined
}

/**
 * @param {number | undefined} pid
 * @returns {number} not a number where it cannot be known
 */
function residentMegabytes(pid) {
  const status = `/proc/${pid}/status`
  if (pid === undefined || !existsSync(status)) return Number.NaN
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8'))
  return found ? Number(found[1]) / 1000 : Number.NaN
}
