/** One compared quantity, and how far it may be off. */

/** A row of `lab parity`. */
export interface ComparisonRow {
  readonly architecture: string
  readonly quantity: string
  /** Largest |actual − expected|. */
  readonly maxAbs: number
  /** Largest difference relative to the scale below. */
  readonly maxRel: number
  readonly rtol: number
  readonly atol: number
  readonly pass: boolean
}

/** Allowed error of a quantity: |actual − expected| ≤ atol + rtol · scale. */
export interface Tolerance {
  readonly rtol: number
  readonly atol: number
  /** What `rtol` refers to; the expected array's largest entry when left out. */
  readonly scale?: number
  /** Whether entries that are exactly 0 in the reference must be exactly 0 here. */
  readonly exactZeros?: boolean
}

/** Numbers of any kind. */
export type Numbers = ArrayLike<number>

/**
 * Compares two arrays of numbers.
 *
 * @param architecture fixture the numbers belong to
 * @param quantity what the numbers are
 * @param actual ours
 * @param expected the reference
 * @param tolerance allowed error
 */
export function compareNumbers(
  architecture: string,
  quantity: string,
  actual: Numbers,
  expected: Numbers,
  tolerance: Tolerance,
): ComparisonRow {
  let maxAbs = 0
  let largest = 0
  let brokenZeros = 0
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!)
    // NaN compares false with everything: it must not slip through as "not larger".
    if (!(difference <= maxAbs)) maxAbs = Number.isNaN(difference) ? Infinity : difference
    largest = Math.max(largest, Math.abs(expected[i]!))
    if (expected[i] === 0 && actual[i] !== 0) brokenZeros++
  }
  const scale = tolerance.scale ?? largest
  const isClose = maxAbs <= tolerance.atol + tolerance.rtol * scale
  const zerosHold = tolerance.exactZeros !== true || brokenZeros === 0
  return {
    architecture,
    quantity: zerosHold ? quantity : `${quantity} (${brokenZeros} entries should be exactly 0)`,
    maxAbs,
    maxRel: scale === 0 ? (maxAbs === 0 ? 0 : Infinity) : maxAbs / scale,
    rtol: tolerance.rtol,
    atol: tolerance.atol,
    pass: actual.length === expected.length && expected.length > 0 && isClose && zerosHold,
  }
}

/** Tolerances of the reference values' README, by kind of quantity. */
export const tolerances = {
  exact: { rtol: 0, atol: 0 },
  hiddenStates: { rtol: 1e-5, atol: 0 },
  attention: { rtol: 1e-5, atol: 0, exactZeros: true },
  logits: { rtol: 1e-4, atol: 0 },
  loss: { rtol: 1e-4, atol: 1e-4, scale: 0 },
  attribution: { rtol: 5e-5, atol: 0, exactZeros: true },
  trainingLoss: { rtol: 0, atol: 1e-3 },
  norm: { rtol: 1e-3, atol: 0 },
} as const satisfies Record<string, Tolerance>

/** Relative error allowed for gradients of parameters. */
export const gradientRtol = 2e-4
