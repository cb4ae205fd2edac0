/** Mean and spread over runs, and how surely two groups differ. */
import type { BaselineDifference, Spread } from '@shared/results/comparison.ts'
import { twoSidedPValue } from './student-t.ts'

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
 * Difference of a group's mean from the baseline's, with Welch's t-test.
 *
 * @equation t = (x̄ − ȳ) / √(s²ₓ/nₓ + s²ᵧ/nᵧ); ν by Welch and Satterthwaite
 * @source   Welch 1947, The generalization of “Student’s” problem, Biometrika 34
 * @param group    the group's values
 * @param baseline the baseline's values
 */
export function differenceFrom(group: Spread, baseline: Spread): BaselineDifference {
  const difference = group.mean - baseline.mean
  if (group.n < 2 || baseline.n < 2) {
    const few = Math.min(group.n, baseline.n)
    return {
      difference,
      pValue: null,
      pValueNote: `A test needs two runs in each group; one group has ${few}.`,
    }
  }
  const [a, b] = [varianceOfMean(group), varianceOfMean(baseline)]
  if (a + b === 0) {
    return {
      difference,
      pValue: null,
      pValueNote: 'All runs of each group have the same value: there is no spread to test against.',
    }
  }
  // Shares instead of the variances themselves: their squares would underflow where the spread is tiny.
  const [shareA, shareB] = [a / (a + b), b / (a + b)]
  const degreesOfFreedom = 1 / (shareA ** 2 / (group.n - 1) + shareB ** 2 / (baseline.n - 1))
  return {
    difference,
    pValue: twoSidedPValue(difference / Math.sqrt(a + b), degreesOfFreedom),
    pValueNote: '',
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

function sampleVariance(values: readonly number[], mean: number): number {
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
}

function varianceOfMean(spread: Spread): number {
  return sampleVariance(spread.values, spread.mean) / spread.n
}
