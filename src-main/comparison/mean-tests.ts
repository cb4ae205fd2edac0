/** Tests of the difference of two means: Welch's and the paired t-test, both two-sided. */
import type { TestResult } from '@shared/results/comparison.ts'
import { meanOf, sampleVariance } from './spread.ts'
import { twoSidedPValue } from './student-t.ts'

/**
 * A standard deviation at most this share of the values themselves is rounding, not spread: scores are quotients of whole
 * numbers, and differences of equal differences are off by some 1e-16.
 */
const rounding = 1e-12

const none = (note: string): TestResult => ({ pValue: null, note })

/**
 * Welch's t-test: whether two groups of independent runs have the same mean.
 *
 * @equation t = (x̄ − ȳ) / √(s²ₓ/nₓ + s²ᵧ/nᵧ); ν by Welch and Satterthwaite
 * @source   Welch 1947, The generalization of “Student’s” problem, Biometrika 34
 * @param group    one group's values
 * @param baseline the other's
 * @returns without a p-value where a group has fewer than two values, or neither has any spread
 */
export function welchTest(group: readonly number[], baseline: readonly number[]): TestResult {
  if (group.length < 2 || baseline.length < 2) {
    const few = Math.min(group.length, baseline.length)
    return none(`A test needs two scores in each group; one group has ${few}.`)
  }
  const [meanA, meanB] = [meanOf(group), meanOf(baseline)]
  const [a, b] = [
    sampleVariance(group, meanA) / group.length,
    sampleVariance(baseline, meanB) / baseline.length,
  ]
  if (isRounding(Math.sqrt(a + b), [...group, ...baseline]))
    return none('All scores of each group are equal: there is no spread to test against.')
  // Shares instead of the variances themselves: their squares would underflow where the spread is tiny.
  const [shareA, shareB] = [a / (a + b), b / (a + b)]
  const degreesOfFreedom = 1 / (shareA ** 2 / (group.length - 1) + shareB ** 2 / (baseline.length - 1))
  return { pValue: twoSidedPValue((meanA - meanB) / Math.sqrt(a + b), degreesOfFreedom), note: '' }
}

/**
 * The paired t-test: whether the differences within pairs have mean 0. It is Student's one-sample test of the differences.
 *
 * @equation t = d̄ / (s_d / √n), ν = n − 1, d = x − y within each pair
 * @source   Student 1908, The probable error of a mean, Biometrika 6
 * @param group    one value of each pair
 * @param baseline the other value of each pair, in the same order
 * @returns without a p-value where there are fewer than two pairs, or all pairs differ by the same amount
 */
export function pairedTest(group: readonly number[], baseline: readonly number[]): TestResult {
  const differences = group.map((value, index) => value - baseline[index]!)
  if (differences.length < 2) return none(`A paired test needs two pairs; there is ${differences.length}.`)
  const mean = meanOf(differences)
  const standardError = Math.sqrt(sampleVariance(differences, mean) / differences.length)
  if (isRounding(standardError, [...group, ...baseline]))
    return none('Every pair differs by the same amount: there is no spread to test against.')
  return { pValue: twoSidedPValue(mean / standardError, differences.length - 1), note: '' }
}

function isRounding(deviation: number, values: readonly number[]): boolean {
  return deviation <= rounding * Math.max(...values.map(Math.abs))
}
