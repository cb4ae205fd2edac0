/**
 * "Two ways of computing the same": the one comparison of all numerical tests, with limits that have a reason.
 *
 * A limit is a share of the scale of what is compared. The share is derived from rounding (`rounding`), or measured
 * with a margin of at least 4; the reason stands beside the number. `node tools/numerics.mjs` runs the tests as other
 * processors would round, and prints how near each comparison comes to its limit.
 */
import { appendFileSync } from 'node:fs'
import { relative } from 'node:path'
import { expect } from 'vitest'

/** Unit roundoffs: largest relative error of a number that is rounded to a format. bfloat16 keeps 8 bits. */
const unitRoundoff = { float64: 2 ** -53, float32: 2 ** -24, bfloat16: 2 ** -8 } as const

/**
 * Bound of the relative error of `operations` rounded operations in a row: n·u. Their errors hardly ever all point one
 * way; √n·u is the usual size, so that a bound for 100 operations leaves a margin of about 10.
 *
 * @source Higham 2002, Accuracy and Stability of Numerical Algorithms, section 3.1 (nu/(1 − nu) for nu ≪ 1)
 * @param operations longest chain of operations that depend on each other; a sum of n terms counts n
 * @param format of the numbers
 */
export const rounding = (operations: number, format: keyof typeof unitRoundoff = 'float32'): number =>
  operations * unitRoundoff[format]

/** Numbers of any kind. */
type Numbers = ArrayLike<number>

/** How far numbers may be off. */
export interface Limit {
  /** Share of the scale. */
  readonly relative: number
  /** What it is a share of, for all numbers or for each; the largest expected number when left out. */
  readonly scale?: number | Numbers
  /** Which of a test's comparisons it is. */
  readonly what?: string
  /** What each number is, for the message. */
  readonly names?: readonly string[]
}

/** The difference that comes nearest to its limit. */
export interface Closeness {
  readonly distance: number
  readonly limit: number
  /** Index of the number. */
  readonly at: number
}

/**
 * Finds the number that comes nearest to its limit, or goes furthest beyond.
 *
 * @param found numbers
 * @param expected as many
 * @param limit how far they may be off
 * @returns distance Infinity where one is NaN or they are not as many
 */
export function closeness(found: Numbers, expected: Numbers, limit: Limit): Closeness {
  if (found.length !== expected.length || found.length === 0) return { distance: Infinity, limit: 0, at: 0 }
  const scale = limit.scale ?? largestOf(expected)
  let worst: Closeness = { distance: 0, limit: 0, at: 0 }
  for (let at = 0; at < expected.length; at++) {
    const allowed = limit.relative * (typeof scale === 'number' ? scale : scale[at]!)
    const difference = Math.abs(found[at]! - expected[at]!)
    const distance = found[at] === expected[at] ? 0 : Number.isNaN(difference) ? Infinity : difference
    // Compared crosswise, without a division by a limit of 0.
    if (at === 0 || distance * worst.limit > worst.distance * allowed)
      worst = { distance, limit: allowed, at }
    if (distance > allowed) return { distance, limit: allowed, at }
  }
  return worst
}

/**
 * Fails unless two ways of computing the same agree.
 *
 * @param found numbers
 * @param expected as many
 * @param limit how far they may be off
 */
export function expectClose(found: Numbers, expected: Numbers, limit: Limit): void {
  const nearest = closeness(found, expected, limit)
  recordCloseness(nearest, limit.what)
  const { distance, at } = nearest
  const where = [limit.what, limit.names?.[at] ?? `[${at}]`].filter(Boolean).join(' ')
  const counts = found.length === expected.length ? '' : ` (${found.length} numbers, not ${expected.length})`
  expect(
    distance,
    `${where}: ${found[at]} against ${expected[at]}${counts}; both ways should agree to ${nearest.limit}`,
  ).toBeLessThanOrEqual(nearest.limit)
}

/** Largest absolute value of those that are finite. */
export function largestOf(values: Numbers): number {
  let largest = 0
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]!)
    if (size < Infinity) largest = Math.max(largest, size)
  }
  return largest
}

/**
 * Adds a comparison to the file that LAB_TEST_DISTANCES names, as a line of JSON; does nothing without that variable.
 *
 * @param closeness of numbers that were compared
 * @param what which of a test's comparisons it is
 */
export function recordCloseness(closeness: Pick<Closeness, 'distance' | 'limit'>, what = ''): void {
  const file = process.env['LAB_TEST_DISTANCES']
  if (file === undefined) return
  const { testPath = '', currentTestName: test } = expect.getState()
  const { distance, limit } = closeness
  const line = { file: relative(process.cwd(), testPath), test, what, distance, limit }
  appendFileSync(file, `${JSON.stringify(line)}\n`)
}
