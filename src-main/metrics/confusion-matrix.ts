/** How often each gold label was predicted as each label: what every classification metric is computed from. */
export interface ConfusionMatrix {
  /** Label indices that occur in gold or prediction, ascending. */
  readonly labels: readonly number[]
  /** Examples with gold label `labels[row]` predicted as `labels[column]`. */
  readonly counts: readonly (readonly number[])[]
  readonly examples: number
  readonly correct: number
  /** Examples of each label in gold, in the order of `labels`. */
  readonly goldCounts: readonly number[]
  /** Examples of each label in the predictions, in the order of `labels`. */
  readonly predictedCounts: readonly number[]
}

/**
 * Counts gold labels against predicted ones.
 *
 * @param gold label index of each example
 * @param predicted predicted label index of each example, in the same order
 * @throws RangeError when the lengths differ
 */
export function confusionMatrix(gold: readonly number[], predicted: readonly number[]): ConfusionMatrix {
  if (gold.length !== predicted.length) {
    throw new RangeError(`${gold.length} gold labels stand against ${predicted.length} predictions.`)
  }
  const labels = [...new Set([...gold, ...predicted])].sort((a, b) => a - b)
  const positionOf = new Map(labels.map((label, position) => [label, position]))
  const counts = labels.map(() => new Array<number>(labels.length).fill(0))
  gold.forEach((label, example) => {
    const row = counts[positionOf.get(label)!]!
    row[positionOf.get(predicted[example]!)!]! += 1
  })
  return {
    labels,
    counts,
    examples: gold.length,
    correct: counts.reduce((sum, row, position) => sum + row[position]!, 0),
    goldCounts: counts.map((row) => row.reduce((sum, count) => sum + count, 0)),
    predictedCounts: labels.map((_, column) => counts.reduce((sum, row) => sum + row[column]!, 0)),
  }
}
