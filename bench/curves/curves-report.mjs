/** One loss curve against the spread of others. */
import { fixed, textTable } from '../command/text-table.mjs'

/**
 * Mean of each step and those before it, as many as the window holds.
 *
 * @param {readonly number[]} losses
 * @param {number} window
 * @returns {number[]} one value for every full window
 */
export function smoothed(losses, window) {
  return losses.slice(window - 1).map((_, start) => {
    const part = losses.slice(start, start + window)
    return part.reduce((sum, loss) => sum + loss, 0) / window
  })
}

/**
 * Where a curve lies among others.
 *
 * @param {readonly (readonly number[])[]} exact curves that span the spread
 * @param {readonly number[]} rounded the curve in question
 * @returns {{ within: number, farthest: number, width: number, toFirst: number }} share of points between the lowest and the
 *   highest; largest distance outside of them; mean distance of lowest and highest; largest distance to the first curve
 */
export function placeAmong(exact, rounded) {
  const points = rounded.map((loss, step) => {
    const others = exact.map((curve) => curve[step] ?? Number.NaN)
    const [low, high] = [Math.min(...others), Math.max(...others)]
    const outside = Math.max(0, low - loss, loss - high)
    return { outside, width: high - low, toFirst: Math.abs(loss - (others[0] ?? Number.NaN)) }
  })
  return {
    within: points.filter(({ outside }) => outside === 0).length / points.length,
    farthest: Math.max(...points.map(({ outside }) => outside)),
    width: points.reduce((sum, { width }) => sum + width, 0) / points.length,
    toFirst: Math.max(...points.map(({ toFirst }) => toFirst)),
  }
}

/**
 * @param {readonly (readonly number[])[]} exact losses in float32 by seed
 * @param {readonly number[]} rounded losses in bfloat16, of the first seed
 * @param {number} window
 * @returns {string}
 */
export function curvesReport(exact, rounded, window) {
  const curves = exact.map((losses) => smoothed(losses, window))
  const curve = smoothed(rounded, window)
  const { within, farthest, width, toFirst } = placeAmong(curves, curve)
  const marks = [0, 1, 2, 3, 4].map((quarter) => Math.round((quarter * (curve.length - 1)) / 4))
  const rows = [
    ...curves.map((values, seed) => ({ name: `float32, seed ${seed + 1}`, values })),
    { name: 'bfloat16, seed 1', values: curve },
  ]
  const table = textTable(
    [`mean of ${window} steps up to`, ...marks.map((mark) => String(mark + window))],
    rows.map(({ name, values }) => [name, ...marks.map((mark) => fixed(values[mark], 4))]),
  )
  return [
    table,
    `${fixed(100 * within)} % of the bfloat16 curve lies between the lowest and the highest float32 seed; outside by at most ${fixed(farthest, 4)} (the spread is ${fixed(width, 4)} wide on average).`,
    `From float32 with the same seed it is never farther than ${fixed(toFirst, 4)}.`,
  ].join('\n')
}
