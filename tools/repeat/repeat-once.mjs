/** One repetition of one suite, by the command that `npm test` consists of. */
import { spawn } from 'node:child_process'
import { closeSync, cpSync, existsSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readJson } from '../setup/whole-or-nothing.mjs'
import { namesOfFailures, slowestOf } from './report-details.mjs'

/** @typedef {import('./repetition-results.mjs').Outcome} Outcome */

/**
 * @param {object} task
 * @param {string} task.clone
 * @param {string} task.folder where the log goes, and what a failure leaves
 * @param {import('./repetition-plan.mjs').Suite} task.suite
 * @param {number} task.number
 * @param {number} task.seed
 * @param {number} task.longestMinutes
 * @returns {Promise<Outcome>}
 */
export async function repeatOnce({ clone, folder, suite, number, seed, longestMinutes }) {
  const name = `${suite}-${String(number).padStart(2, '0')}`
  const log = join(folder, `${name}.log`)
  const startedAt = new Date().toISOString()
  const begin = performance.now()
  const ending = await runLogged(clone, ['tools/test.mjs', suite], log, {
    env: { ...process.env, ADDROP_SEED: String(seed), CI: 'true' },
    longestMs: longestMinutes * 60_000,
  })
  const reports = join(clone, 'node_modules', '.cache', 'addrop-lab', 'reports')
  const report = readJson(join(reports, suite === 'unit' ? 'vitest.json' : 'playwright.json'))
  const isPassed = ending === 'exit code 0'
  if (!isPassed) {
    for (const from of [join(clone, 'test-results'), reports])
      if (existsSync(from)) cpSync(from, join(folder, `${name}-failed`), { recursive: true })
  }
  return {
    suite,
    number,
    seed,
    startedAt,
    minutes: (performance.now() - begin) / 60_000,
    isPassed,
    counts: closingLineOf(log) ?? ending,
    failures: namesOfFailures(report),
    slowest: slowestOf(report, 8),
  }
}

/**
 * @param {string} clone
 * @param {readonly string[]} args
 * @param {string} log
 * @param {{ env: NodeJS.ProcessEnv, longestMs: number }} options
 * @returns {Promise<string>} how it ended
 */
function runLogged(clone, args, log, { env, longestMs }) {
  const file = openSync(log, 'w')
  const child = spawn(process.execPath, args, {
    cwd: clone,
    env,
    stdio: ['ignore', file, file],
    // A group of its own, so that all of it can be ended at once.
    detached: true,
  })
  closeSync(file)
  const end = () => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  }
  const stop = () => {
    end()
    process.exit(130)
  }
  process.once('SIGINT', stop).once('SIGTERM', stop)
  return new Promise((finish) => {
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      end()
    }, longestMs)
    child.on('error', (error) => finish(error.message))
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      process.off('SIGINT', stop).off('SIGTERM', stop)
      finish(
        isLate ? `ended after ${longestMs / 60_000} minutes` : signal ? signal : `exit code ${code ?? 0}`,
      )
    })
  })
}

/**
 * @param {string} log
 * @returns {string | undefined} the line that counts the tests
 */
function closingLineOf(log) {
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n')
  const last = lines.at(-1) ?? ''
  return /^\d+ passed, \d+ failed/.test(last) ? last : undefined
}
