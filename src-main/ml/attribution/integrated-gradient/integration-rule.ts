/** Quadrature on [0, 1]: at which points of the path gradients are taken, and with which weights they are averaged. */
import { assertNever } from '@shared/failures/assert-never.ts'
import type { AdDropConfig } from '@shared/config/methods/ad-drop.ts'

/** One point of a rule. */
export interface IntegrationPoint {
  /** α in [0, 1]: share of the attention that is there. */
  readonly alpha: number
  /** The weights of a rule sum to 1. */
  readonly weight: number
}

/** ∫₀¹ f(α) dα ≈ Σ weight·f(alpha), in ascending order of alpha. */
export type IntegrationRule = readonly IntegrationPoint[]

/**
 * The rule with a name and a number of points.
 *
 * @param name `riemann`: right Riemann sum; `gauss-legendre`: Gauss–Legendre quadrature
 * @param points m ≥ 1
 * @throws RangeError when m is not a whole number from 1
 */
export function integrationRule(name: AdDropConfig['integrationRule'], points: number): IntegrationRule {
  if (!Number.isInteger(points) || points < 1) {
    throw new RangeError(`A rule of ${points} points was asked for; it needs a whole number from 1.`)
  }
  switch (name) {
    case 'riemann':
      return rightRiemannSum(points)
    case 'gauss-legendre':
      return gaussLegendre(points)
    default:
      return assertNever(name)
  }
}

/**
 * Right Riemann sum.
 *
 * @equation  αₖ = k/m, weight 1/m, k = 1 … m; error O(1/m)
 * @source    AD-DROP Eq. 3, with m = 20
 */
function rightRiemannSum(points: number): IntegrationRule {
  return Array.from({ length: points }, (_, index) => ({ alpha: (index + 1) / points, weight: 1 / points }))
}

/**
 * Gauss–Legendre quadrature, exact for polynomials of degree 2m − 1.
 *
 * @equation  αₖ = (1 + xₖ)/2, weight 1/((1 − xₖ²)·P′ₘ(xₖ)²), xₖ the roots of the Legendre polynomial Pₘ
 * @source    Abramowitz and Stegun 1964, 25.4.29 and 25.4.30
 * @differs   AD-DROP sums as above; this takes the same integral with fewer points.
 */
function gaussLegendre(points: number): IntegrationRule {
  return Array.from({ length: points }, (_, index) => {
    const root = legendreRoot(points, points - index)
    const { slope } = legendre(points, root)
    return { alpha: (1 + root) / 2, weight: 1 / ((1 - root * root) * slope * slope) }
  })
}

/** The k-th largest root of Pₘ, by Newton's iteration from Tricomi's estimate cos(π(k − ¼)/(m + ½)). */
function legendreRoot(degree: number, k: number): number {
  let x = Math.cos((Math.PI * (k - 0.25)) / (degree + 0.5))
  // Convergence is quadratic from an estimate good to O(1/m²): four steps reach the last digit, the rest is for safety.
  for (let step = 0; step < 10; step++) {
    const { value, slope } = legendre(degree, x)
    x -= value / slope
  }
  return x
}

/** Pₘ(x) and its derivative, by the three-term recurrence; |x| < 1. */
function legendre(degree: number, x: number): { value: number; slope: number } {
  let before = 1
  let value = x
  for (let n = 2; n <= degree; n++) {
    const next = ((2 * n - 1) * x * value - (n - 1) * before) / n
    before = value
    value = next
  }
  return { value, slope: (degree * (before - x * value)) / (1 - x * x) }
}
