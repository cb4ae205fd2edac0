/** Derivatives by finite differences, in double precision. */
import './double-precision.ts'

const h = 3e-4

/**
 * Largest error of a derivative that is computed both ways, relative to its size.
 *
 * Rounding leaves 1e-16 of the function's value over h, 3e-13; the formula h⁴/30 of the fifth derivative, 3e-16 of it.
 * The tolerance leaves room for derivatives of 1/1000 of the value, and for fifth ones of 10⁵ times it.
 */
export const slopeTolerance = 1e-8

/**
 * Derivative at 0, of fourth order.
 *
 * @equation  f′(0) ≈ (8·(f(h) − f(−h)) − (f(2h) − f(−2h))) / 12h
 * @param of the function
 */
export const finiteDifference = (of: (offset: number) => number): number =>
  (8 * (of(h) - of(-h)) - (of(2 * h) - of(-2 * h))) / (12 * h)
