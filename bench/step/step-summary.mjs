/** What the rounds of the step bench come to. */
import { spreadOf, spreadOverRounds } from '../measuring/spread.mjs'
import { labAlone, labMethods } from './contenders.mjs'

/** @typedef {import('../measuring/interleaved-rounds.mjs').Measurement} Measurement */
/** @typedef {import('../measuring/spread.mjs').Spread} Spread */

/**
 * @typedef {object} ContenderSummary
 * @property {string} name
 * @property {Spread | undefined} milliseconds undefined when it never worked
 * @property {number | undefined} peakMemoryBytes most of all rounds
 * @property {number | undefined} matmulGflops median
 */

/**
 * @typedef {object} MethodSummary
 * @property {string} name
 * @property {Spread | undefined} milliseconds
 * @property {Spread | undefined} ratio to fine-tuning in the same process, by round
 */

/**
 * @typedef {object} PrecisionSummary
 * @property {string} precision
 * @property {ContenderSummary[]} contenders the lab's fine-tuning and the ways of PyTorch
 * @property {string | undefined} fastestWay of PyTorch, by the median of medians
 * @property {number | undefined} ratio lab / fastest way, of the medians of medians; below 1 the lab is faster
 * @property {Spread | undefined} ratioByRound the same within each round
 * @property {MethodSummary[]} methods of the lab
 * @property {number | undefined} methodsPeakMemoryBytes of the process that runs all the methods
 * @property {string[]} troubles who failed, and why
 */

/**
 * @param {readonly Measurement[]} measurements
 * @returns {PrecisionSummary[]} by precision, in the order in which they were measured first
 */
export function summarizeSteps(measurements) {
  const precisions = [...new Set(measurements.map(({ precision }) => precision))]
  return precisions.map((precision) =>
    summarizePrecision(
      precision,
      measurements.filter((measurement) => measurement.precision === precision),
    ),
  )
}

/**
 * @param {string} precision
 * @param {readonly Measurement[]} measurements
 * @returns {PrecisionSummary}
 */
function summarizePrecision(precision, measurements) {
  const names = [...new Set(inFirstRoundOrder(measurements).map(({ contender }) => contender))]
  const contenders = names
    .filter((name) => name !== labMethods)
    .map((name) => summarizeContender(name, measurements))
  const lab = contenders.find(({ name }) => name === labAlone)
  const fastest = fastestOf(contenders.filter(({ name }) => name !== labAlone))
  const together = measurements.filter(({ contender }) => contender === labMethods)
  return {
    precision,
    contenders,
    fastestWay: fastest?.name,
    ratio: quotient(lab?.milliseconds?.median, fastest?.milliseconds?.median),
    ratioByRound: fastest && spreadOf(ratiosByRound(measurements, fastest.name)),
    methods: summarizeMethods(together),
    methodsPeakMemoryBytes: greatest(together.map(({ answer }) => answer?.peakMemoryBytes)),
    troubles: measurements.flatMap(({ contender, trouble }) =>
      trouble === null ? [] : [`${contender} failed: ${trouble}`],
    ),
  }
}

/**
 * @param {readonly Measurement[]} measurements
 * @returns {Measurement[]}
 */
function inFirstRoundOrder(measurements) {
  return measurements.filter(({ round }) => round === 1)
}

/**
 * @param {string} name
 * @param {readonly Measurement[]} measurements
 * @returns {ContenderSummary}
 */
function summarizeContender(name, measurements) {
  const own = measurements.filter(({ contender }) => contender === name)
  const answers = own.flatMap(({ answer }) => (answer ? [answer] : []))
  return {
    name,
    milliseconds: spreadOverRounds(answers.map((answer) => timesOf(name, answer))),
    peakMemoryBytes: greatest(answers.map(({ peakMemoryBytes }) => peakMemoryBytes)),
    matmulGflops: spreadOf(answers.map(({ matmulGflops }) => matmulGflops).filter(Number.isFinite))?.median,
  }
}

/**
 * @param {string} name
 * @param {any} answer
 * @returns {{ medianMs: number, minMs: number, maxMs: number }}
 */
function timesOf(name, answer) {
  return name === labAlone ? answer.methods['fine-tuning'] : answer
}

/**
 * @param {readonly ContenderSummary[]} ways
 * @returns {ContenderSummary | undefined}
 */
function fastestOf(ways) {
  const time = (/** @type {ContenderSummary} */ way) => way.milliseconds?.median ?? Infinity
  const working = ways.filter(({ milliseconds }) => milliseconds !== undefined)
  return working.sort((a, b) => time(a) - time(b))[0]
}

/**
 * @param {readonly Measurement[]} measurements
 * @param {string} way
 * @returns {number[]}
 */
function ratiosByRound(measurements, way) {
  const timeIn = (/** @type {number} */ round, /** @type {string} */ name) => {
    const found = measurements.find(
      (measurement) => measurement.round === round && measurement.contender === name,
    )
    return found?.answer ? timesOf(name, found.answer).medianMs : undefined
  }
  const rounds = [...new Set(measurements.map(({ round }) => round))]
  return rounds.flatMap((round) => quotient(timeIn(round, labAlone), timeIn(round, way)) ?? [])
}

/**
 * @param {readonly Measurement[]} measurements of the process that runs all the methods
 * @returns {MethodSummary[]}
 */
function summarizeMethods(measurements) {
  const rounds = measurements.flatMap(({ answer }) => (answer ? [answer.methods] : []))
  return Object.keys(rounds[0] ?? {}).map((name) => ({
    name,
    milliseconds: spreadOverRounds(rounds.map((methods) => methods[name])),
    ratio: spreadOf(
      rounds.flatMap((methods) => quotient(methods[name].medianMs, methods['fine-tuning']?.medianMs) ?? []),
    ),
  }))
}

/**
 * @param {number | undefined} above
 * @param {number | undefined} below
 * @returns {number | undefined}
 */
function quotient(above, below) {
  return above === undefined || below === undefined ? undefined : above / below
}

/**
 * @param {readonly (number | undefined)[]} values
 * @returns {number | undefined}
 */
function greatest(values) {
  const known = values.filter((value) => typeof value === 'number')
  return known.length === 0 ? undefined : Math.max(...known)
}
