/** The outcome of every repetition: kept as JSON, shown as a table. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readJson, writeJson } from '../setup/whole-or-nothing.mjs'

/**
 * @typedef {object} Outcome
 * @property {import('./repetition-plan.mjs').Suite} suite
 * @property {number} number
 * @property {number} seed
 * @property {string} startedAt ISO 8601
 * @property {number} minutes
 * @property {boolean} isPassed
 * @property {string} counts such as `34 passed, 0 failed`; what ended the repetition when it left no counts
 * @property {readonly string[]} failures names of the tests that failed
 * @property {readonly { readonly name: string, readonly seconds: number }[]} slowest the tests or files that took longest
 */

/**
 * @param {string} folder
 * @returns {readonly Outcome[]}
 */
export function readResults(folder) {
  const kept = /** @type {{ repetitions: readonly Outcome[] } | undefined} */ (
    readJson(join(folder, 'results.json'))
  )
  return kept?.repetitions ?? []
}

/**
 * @param {string} folder
 * @param {string} commit
 * @param {readonly Outcome[]} repetitions
 */
export function writeResults(folder, commit, repetitions) {
  writeJson(join(folder, 'results.json'), { commit, repetitions })
  writeFileSync(join(folder, 'report.md'), reportText(commit, repetitions))
}

/**
 * @param {string} commit
 * @param {readonly Outcome[]} repetitions
 * @returns {string} Markdown
 */
export function reportText(commit, repetitions) {
  const failed = repetitions.filter(({ isPassed }) => !isPassed).length
  const rows = repetitions.map(({ suite, number, seed, minutes, counts, failures }) =>
    [suite, number, seed, minutes.toFixed(1), counts, failures.join('; ') || '–'].join(' | '),
  )
  return [
    `Commit ${commit}: ${repetitions.length} repetitions, ${failed} with a failure.`,
    '',
    '| suite | repetition | seed | minutes | counts | failures |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row} |`),
    '',
  ].join('\n')
}
