import { describe, expect, it } from 'vitest'
import { integrationRule } from './integration-rule.ts'
import { expectClose, rounding } from '@main/testing/expect-close.ts'

const integral = (rule: ReturnType<typeof integrationRule>, f: (alpha: number) => number): number =>
  rule.reduce((sum, { alpha, weight }) => sum + weight * f(alpha), 0)

describe('Gauss-Legendre quadrature', () => {
  it.each([1, 2, 3, 5, 16, 64])('integrates polynomials up to degree 2m − 1 exactly, m = %i', (points) => {
    const rule = integrationRule('gauss-legendre', points)

    // Powers of α span the polynomials; ∫ α^d = 1/(d + 1). Float64 rounding of up to 64 terms below 1.
    for (let degree = 0; degree < 2 * points; degree++)
      expectClose([integral(rule, (alpha) => alpha ** degree)], [1 / (degree + 1)], {
        relative: rounding(100, 'float64'),
        scale: 1,
      })
  })

  it('does not integrate degree 2m exactly', () => {
    const found = integral(integrationRule('gauss-legendre', 2), (alpha) => alpha ** 4)

    expect(Math.abs(found - 1 / 5)).toBeGreaterThan(1e-3)
  })

  it('has the tabulated points and weights for m = 3, in ascending order within (0, 1)', () => {
    const rule = integrationRule('gauss-legendre', 3)

    const offset = Math.sqrt(3 / 5) / 2
    const expected = [
      [0.5 - offset, 5 / 18],
      [0.5, 4 / 9],
      [0.5 + offset, 5 / 18],
    ] as const
    const numbers = rule.flatMap(({ alpha, weight }) => [alpha, weight])
    expectClose(numbers, expected.flat(), { relative: rounding(50, 'float64') })
  })
})

describe('the right Riemann sum', () => {
  it('takes k/m with equal weights and ends at 1', () => {
    expect(integrationRule('riemann', 4)).toEqual(
      [0.25, 0.5, 0.75, 1].map((alpha) => ({ alpha, weight: 0.25 })),
    )
    expect(integrationRule('riemann', 20).at(-1)!.alpha).toBe(1)
  })
})

it.each([0, -1, 2.5, NaN])('refuses %d points', (points) => {
  expect(() => integrationRule('riemann', points)).toThrow(RangeError)
})
