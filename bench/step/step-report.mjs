/** The tables of the step bench. */
import { fixed, mebibytes, missing, textTable } from '../command/text-table.mjs'
import { labAlone } from './contenders.mjs'
import { sizeText, stepGflop } from './sizes.mjs'

/** @typedef {import('./step-summary.mjs').PrecisionSummary} PrecisionSummary */

/**
 * @param {import('./sizes.mjs').Size} size
 * @param {readonly PrecisionSummary[]} summaries
 * @param {'cpu' | 'cuda'} device PyTorch's
 * @returns {string}
 */
export function stepReport(size, summaries, device) {
  const parts = summaries.flatMap((summary) => [
    '',
    contenderTable(summary, size, device),
    ...ratioLines(summary),
    ...methodLines(summary),
    ...summary.troubles,
  ])
  return [sizeText(size), ...parts].join('\n')
}

/**
 * @param {PrecisionSummary} summary
 * @param {import('./sizes.mjs').Size} size
 * @param {'cpu' | 'cuda'} device
 * @returns {string}
 */
function contenderTable({ precision, contenders, fastestWay }, size, device) {
  const title = precision === 'float32' && device === 'cuda' ? 'float32 (TF32)' : precision
  const rows = contenders.map(({ name, milliseconds, peakMemoryBytes, matmulGflops }) => [
    name === labAlone ? 'lab, fine-tuning' : `PyTorch ${name}${name === fastestWay ? ' *' : ''}`,
    fixed(milliseconds?.median),
    fixed(milliseconds?.min),
    fixed(milliseconds?.max),
    fixed(milliseconds && (stepGflop(size) / milliseconds.median) * 1000, 0),
    fixed(matmulGflops, 0),
    mebibytes(peakMemoryBytes),
  ])
  return textTable([title, 'median ms', 'min', 'max', 'GFLOP/s', 'bare product', 'peak MiB'], rows)
}

/**
 * @param {PrecisionSummary} summary
 * @returns {string[]}
 */
function ratioLines({ ratio, ratioByRound, fastestWay }) {
  if (ratio === undefined || !ratioByRound) return []
  const { min, max, n } = ratioByRound
  return [
    `lab / fastest PyTorch (* ${fastestWay}): ×${fixed(ratio, 3)}, by round ${fixed(min, 3)} to ${fixed(max, 3)} (n = ${n}); below 1 the lab is faster`,
  ]
}

/**
 * @param {PrecisionSummary} summary
 * @returns {string[]}
 */
function methodLines({ precision, methods, methodsPeakMemoryBytes }) {
  if (methods.length === 0) return []
  const rows = methods.map(({ name, milliseconds, ratio }) => [
    name,
    fixed(milliseconds?.median),
    fixed(milliseconds?.min),
    fixed(milliseconds?.max),
    fixed(ratio?.median, 2),
    ratio && ratio.n > 1 ? `${fixed(ratio.min, 2)}–${fixed(ratio.max, 2)}` : missing,
  ])
  const titles = [`lab's methods, ${precision}`, 'median ms', 'min', 'max', '× fine-tuning', 'by round']
  return [
    '',
    textTable(titles, rows),
    `peak memory of that process: ${mebibytes(methodsPeakMemoryBytes)} MiB`,
  ]
}
