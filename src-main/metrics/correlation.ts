/** Pearson and Spearman correlation; NaN where undefined: fewer than two values, or a constant side. */

/**
 * Linear correlation, in [−1, 1].
 *
 * Both sides are centred and scaled before they are multiplied: sums of raw products lose the digits of values with a
 * large offset.
 *
 * @param gold one side
 * @param predicted the other, in the same order
 * @returns NaN for fewer than two values, a constant side, or values that are not finite
 * @throws RangeError when the lengths differ
 */
export function pearsonCorrelation(gold: readonly number[], predicted: readonly number[]): number {
  if (gold.length !== predicted.length) {
    throw new RangeError(`${gold.length} gold scores stand against ${predicted.length} predictions.`)
  }
  if (gold.length < 2 || isConstant(gold) || isConstant(predicted)) return NaN
  const left = standardized(gold)
  const right = standardized(predicted)
  const correlation = left.reduce((sum, value, index) => sum + value * right[index]!, 0)
  return Math.max(-1, Math.min(1, correlation))
}

/**
 * Correlation of ranks, in [−1, 1]; equal values share the mean of their ranks.
 *
 * @param gold one side
 * @param predicted the other, in the same order
 * @returns NaN for fewer than two values, a constant side, or values that are not finite
 * @throws RangeError when the lengths differ
 */
export function spearmanCorrelation(gold: readonly number[], predicted: readonly number[]): number {
  if (![...gold, ...predicted].every(Number.isFinite)) return NaN
  return pearsonCorrelation(averageRanks(gold), averageRanks(predicted))
}

function isConstant(values: readonly number[]): boolean {
  return values.every((value) => value === values[0])
}

/** Values less their mean, divided by their Euclidean norm. */
function standardized(values: readonly number[]): readonly number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const centred = values.map((value) => value - mean)
  // Scaling by the largest keeps squares of tiny and huge values in range.
  const largest = centred.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const norm = largest * Math.sqrt(centred.reduce((sum, value) => sum + (value / largest) ** 2, 0))
  return centred.map((value) => value / norm)
}

/** Ranks from 1; a run of equal values gets the mean of the ranks it covers. */
function averageRanks(values: readonly number[]): readonly number[] {
  const order = values.map((_, index) => index).sort((a, b) => values[a]! - values[b]!)
  const ranks = new Array<number>(values.length)
  for (let start = 0; start < order.length;) {
    let end = start + 1
    while (end < order.length && values[order[end]!] === values[order[start]!]) end += 1
    const rank = (start + 1 + end) / 2
    for (let position = start; position < end; position++) ranks[order[position]!] = rank
    start = end
  }
  return ranks
}
