/**
 * Several contenders measured in rounds, each once a round, so that a machine that slows down harms all of them alike.
 * Every other round goes backwards: none always follows the same neighbour.
 */
import { workOfOthers } from './machine.mjs'

/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {string} precision
 * @property {(signal: AbortSignal) => Promise<import('./ask-program.mjs').Answer>} measure
 */

/**
 * @typedef {object} Measurement one contender in one round
 * @property {number} round 1-based
 * @property {string} contender
 * @property {string} precision
 * @property {string} startedAt ISO 8601
 * @property {number} seconds wall time, start of the program included
 * @property {number} workOfOthers share of the machine that others used just before, 0 to 1
 * @property {any} answer null when it failed
 * @property {string | null} trouble null when it did not
 */

/**
 * @typedef {object} Observer
 * @property {(line: string) => void} say told about progress
 * @property {(measurements: readonly Measurement[]) => void} keep told all of them after each
 * @property {AbortSignal} signal ends the measuring
 * @property {() => Promise<number>} [gauge] how busy others keep the machine
 */

/**
 * @param {readonly Contender[]} contenders
 * @param {number} rounds
 * @param {Observer} observer
 * @returns {Promise<Measurement[]>} a contender that failed is left out of later rounds
 */
export async function measureInRounds(contenders, rounds, { say, keep, signal, gauge = workOfOthers }) {
  /** @type {Measurement[]} */
  const measurements = []
  for (let round = 1; round <= rounds; round += 1) {
    const failed = new Set(measurements.filter(({ trouble }) => trouble !== null).map(keyOf))
    const order = contenders.filter(
      ({ name, precision }) => !failed.has(keyOf({ contender: name, precision })),
    )
    for (const contender of round % 2 === 1 ? order : order.reverse()) {
      const measurement = await measureOnce(contender, round, signal, gauge)
      measurements.push(measurement)
      keep(measurements)
      say(progressLine(measurement, rounds))
    }
  }
  return measurements
}

/**
 * @param {Contender} contender
 * @param {number} round
 * @param {AbortSignal} signal
 * @param {() => Promise<number>} gauge
 * @returns {Promise<Measurement>}
 */
async function measureOnce({ name, precision, measure }, round, signal, gauge) {
  const facts = { round, contender: name, precision, workOfOthers: await gauge() }
  const startedAt = new Date().toISOString()
  const begin = performance.now()
  const { document, trouble } = await measure(signal)
  const seconds = (performance.now() - begin) / 1000
  return { ...facts, startedAt, seconds, answer: document ?? null, trouble: trouble ?? null }
}

/**
 * @param {{ contender: string, precision: string }} measurement
 * @returns {string}
 */
function keyOf({ contender, precision }) {
  return `${contender} ${precision}`
}

/**
 * @param {Measurement} measurement
 * @param {number} rounds
 * @returns {string}
 */
function progressLine({ round, contender, precision, seconds, workOfOthers: others, trouble }, rounds) {
  const what = `round ${round} of ${rounds}: ${contender}, ${precision}`
  if (trouble !== null) return `${what} FAILED and is left out from here on: ${trouble}`
  return `${what}, took ${seconds.toFixed(0)} s (others used ${percent(others)} of the machine before)`
}

/** Share of the machine used by others from which on times are not to be trusted. */
const tolerated = 0.05

/**
 * A warning if others worked on the machine between the measurements.
 *
 * @param {readonly { workOfOthers: number }[]} measurements
 * @returns {string[]} at most one line
 */
export function quietnessLines(measurements) {
  const disturbed = measurements.filter(({ workOfOthers: share }) => share > tolerated)
  if (disturbed.length === 0) return []
  const most = Math.max(...disturbed.map(({ workOfOthers: share }) => share))
  return [
    `The machine was NOT quiet: before ${disturbed.length} of ${measurements.length} measurements others used up to ${percent(most)} of it.`,
  ]
}

/**
 * @param {number} share
 * @returns {string}
 */
function percent(share) {
  return `${(share * 100).toFixed(0)} %`
}
