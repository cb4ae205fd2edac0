/** Mean and spread over runs. */
import type { Spread } from '@shared/results/comparison.ts'

/**
 * Mean and sample standard deviation (n − 1).
 *
 * @param values one per run, in run order
 * @returns null without values: missing is not zero
 */
export function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null
  const mean = meanOf(values)
  return {
    mean,
    std: values.length < 2 ? null : Math.sqrt(sampleVariance(values, mean)),
    n: values.length,
    values,
  }
}

/**
 * Arithmetic mean; every value equal gives exactly that value.
 *
 * @param values at least one
 */
export function meanOf(values: readonly number[]): number {
  const [first = NaN] = values
  return first + values.reduce((sum, value) => sum + (value - first), 0) / values.length
}

/**
 * Sample variance (n − 1).
 *
 * @param values at least two
 * @param mean their mean
 */
export function sampleVariance(values: readonly number[], mean: number): number {
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
}
