/** What the rounds of the epoch bench come to, and the table of it. */
import { fixed, mebibytes, textTable } from '../command/text-table.mjs'
import { spreadOf } from '../measuring/spread.mjs'

/** @typedef {import('../measuring/interleaved-rounds.mjs').Measurement} Measurement */

/**
 * @typedef {object} EpochSummary
 * @property {string} name
 * @property {string} precision
 * @property {import('../measuring/spread.mjs').Spread | undefined} seconds undefined when it never worked
 * @property {number | undefined} examplesPerSecond at the median
 * @property {number | undefined} paddingShare of the tokens computed, 0 to 1
 * @property {number | undefined} tokens real ones in an epoch
 * @property {number | undefined} trainLoss mean over the rounds
 * @property {number | undefined} peakMemoryBytes most of all rounds
 * @property {number | undefined} ratio the lab's median / this one's median; below 1 the lab is faster
 */

/**
 * @param {readonly Measurement[]} measurements
 * @param {number} examples in an epoch
 * @returns {EpochSummary[]} by precision, then in the order of the first round
 */
export function summarizeEpochs(measurements, examples) {
  const first = measurements.filter(({ round }) => round === 1)
  const summaries = first.map(({ contender, precision }) => {
    const own = measurements.filter((each) => each.contender === contender && each.precision === precision)
    return summarize(contender, precision, own, examples)
  })
  return summaries.map((summary) => {
    const lab = summaries.find(({ name, precision }) => name === 'lab' && precision === summary.precision)
    const ratio = lab?.seconds && summary.seconds && lab.seconds.median / summary.seconds.median
    return { ...summary, ratio }
  })
}

/**
 * @param {string} name
 * @param {string} precision
 * @param {readonly Measurement[]} measurements
 * @param {number} examples
 * @returns {EpochSummary}
 */
function summarize(name, precision, measurements, examples) {
  const answers = measurements.flatMap(({ answer }) => (answer ? [answer] : []))
  const seconds = spreadOf(answers.map((answer) => answer.seconds))
  const sum = (/** @type {string} */ key) => answers.reduce((total, answer) => total + answer[key], 0)
  const peaks = answers.flatMap(({ peakMemoryBytes }) => peakMemoryBytes ?? [])
  return {
    name,
    precision,
    seconds,
    examplesPerSecond: seconds && examples / seconds.median,
    paddingShare: seconds && sum('paddedTokens') / (sum('tokens') + sum('paddedTokens')),
    tokens: seconds && sum('tokens') / answers.length,
    trainLoss: seconds && sum('trainLoss') / answers.length,
    peakMemoryBytes: peaks.length === 0 ? undefined : Math.max(...peaks),
    ratio: undefined,
  }
}

/**
 * @param {readonly EpochSummary[]} summaries
 * @param {readonly Measurement[]} measurements
 * @returns {string}
 */
export function epochReport(summaries, measurements) {
  const precisions = [...new Set(summaries.map(({ precision }) => precision))]
  const tables = precisions.map((precision) =>
    epochTable(
      precision,
      summaries.filter((summary) => summary.precision === precision),
    ),
  )
  const troubles = measurements.flatMap(({ contender, precision, trouble }) =>
    trouble === null ? [] : [`${contender}, ${precision} failed: ${trouble}`],
  )
  return [...tables, ...tokenLines(summaries), ...troubles].join('\n\n')
}

/**
 * @param {string} precision
 * @param {readonly EpochSummary[]} summaries
 * @returns {string}
 */
function epochTable(precision, summaries) {
  const titles = ['median s', 'min', 'max', 'examples/s', 'padding %', 'lab / this', 'loss', 'peak MiB']
  const rows = summaries.map(({ name, seconds, examplesPerSecond, paddingShare, ...rest }) => [
    name,
    fixed(seconds?.median, 2),
    fixed(seconds?.min, 2),
    fixed(seconds?.max, 2),
    fixed(examplesPerSecond),
    fixed(paddingShare && paddingShare * 100),
    fixed(rest.ratio, 3),
    fixed(rest.trainLoss, 3),
    mebibytes(rest.peakMemoryBytes),
  ])
  return textTable([precision, ...titles], rows)
}

/**
 * Both sides must have read the same text: otherwise their times are not of the same work.
 *
 * @param {readonly EpochSummary[]} summaries
 * @returns {string[]} at most one line
 */
function tokenLines(summaries) {
  const counts = new Set(summaries.flatMap(({ tokens }) => tokens ?? []))
  if (counts.size < 2) return []
  return [
    `NOT the same work: the real tokens of an epoch differ (${summaries.map(({ name, tokens }) => `${name} ${fixed(tokens, 0)}`).join(', ')}).`,
  ]
}
