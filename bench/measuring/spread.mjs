/** Median, least and greatest of repeated measurements. */

/**
 * @typedef {object} Spread
 * @property {number} median
 * @property {number} min
 * @property {number} max
 * @property {number} n
 */

/**
 * @param {readonly number[]} values at least one
 * @returns {number} of an even number of values the mean of the middle two
 */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2
}

/**
 * @param {readonly number[]} values
 * @returns {Spread | undefined} undefined of nothing
 */
export function spreadOf(values) {
  if (values.length === 0) return undefined
  return { median: median(values), min: Math.min(...values), max: Math.max(...values), n: values.length }
}

/**
 * What each round's median, least and greatest come to over all rounds: the median of the medians, the least and the
 * greatest of all steps.
 *
 * @param {readonly { medianMs: number, minMs: number, maxMs: number }[]} rounds
 * @returns {Spread | undefined}
 */
export function spreadOverRounds(rounds) {
  if (rounds.length === 0) return undefined
  return {
    median: median(rounds.map(({ medianMs }) => medianMs)),
    min: Math.min(...rounds.map(({ minMs }) => minMs)),
    max: Math.max(...rounds.map(({ maxMs }) => maxMs)),
    n: rounds.length,
  }
}
