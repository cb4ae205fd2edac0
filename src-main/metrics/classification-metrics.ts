/** Accuracy, F1 and Matthews correlation, with scikit-learn's values where a ratio has denominator 0. */
import type { ConfusionMatrix } from './confusion-matrix.ts'

/**
 * Share of examples whose predicted label is the gold label, in [0, 1]; 0 without examples.
 *
 * @param confusion counts of gold against predicted labels
 */
export function accuracy(confusion: ConfusionMatrix): number {
  return confusion.examples === 0 ? 0 : confusion.correct / confusion.examples
}

/**
 * F1 of one label, in [0, 1]; 0 when it is neither in gold nor predicted.
 *
 * @equation F1 = 2·TP / (2·TP + FP + FN)
 * @param confusion counts of gold against predicted labels
 * @param positiveLabel index of the label to be found
 */
export function f1Binary(confusion: ConfusionMatrix, positiveLabel: number): number {
  const position = confusion.labels.indexOf(positiveLabel)
  if (position < 0) return 0
  const truePositives = confusion.counts[position]![position]!
  return (2 * truePositives) / (confusion.goldCounts[position]! + confusion.predictedCounts[position]!)
}

/**
 * Mean of the F1 of every label that occurs in gold or prediction, in [0, 1]; 0 without examples.
 *
 * @param confusion counts of gold against predicted labels
 */
export function f1Macro(confusion: ConfusionMatrix): number {
  if (confusion.labels.length === 0) return 0
  const sum = confusion.labels.reduce((total, label) => total + f1Binary(confusion, label), 0)
  return sum / confusion.labels.length
}

/**
 * Matthews correlation of any number of labels, in [−1, 1]; 0 when gold or predictions are constant.
 *
 * @equation R = (c·s − Σₖ tₖ·pₖ) / √((s² − Σ pₖ²)·(s² − Σ tₖ²)); s examples, c correct, tₖ gold, pₖ predicted as k
 * @source Gorodkin 2004 (R_K); for two labels Matthews 1975
 * @param confusion counts of gold against predicted labels
 */
export function matthewsCorrelation(confusion: ConfusionMatrix): number {
  const { examples, correct, goldCounts, predictedCounts } = confusion
  const dot = (left: readonly number[], right: readonly number[]): number =>
    left.reduce((sum, value, index) => sum + value * right[index]!, 0)
  const goldSpread = examples ** 2 - dot(goldCounts, goldCounts)
  const predictedSpread = examples ** 2 - dot(predictedCounts, predictedCounts)
  if (goldSpread === 0 || predictedSpread === 0) return 0
  return (correct * examples - dot(goldCounts, predictedCounts)) / Math.sqrt(goldSpread * predictedSpread)
}
