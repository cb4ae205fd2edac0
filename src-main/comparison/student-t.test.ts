import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { twoSidedPValue } from './student-t.ts'

/** Made with SciPy 1.17.1: 2 * scipy.stats.t.sf(abs(t), nu). */
const fromSciPy: readonly (readonly [number, number, number])[] = [
  [0.5, 1, 0.7048327646991335],
  [2.0, 3.7, 0.12181720190523398],
  [-2.776, 4, 0.05002277831997642],
  [1e-8, 5, 0.9999999924078662],
  [12.7, 1, 0.050024327689344165],
  [0.3, 250.5, 0.7644259516929994],
  [40, 2.2, 0.00034231547656460564],
  [5, 1000, 6.767256364648635e-7],
  [0, 7, 1],
  [1.96, 1_000_000, 0.04999606758526985],
  [100, 30, 1.984611796727031e-39],
]

const statistic = fc.double({ min: -60, max: 60, noNaN: true })
const freedom = fc.double({ min: 0.6, max: 500, noNaN: true })

describe('the two-sided p-value of Student’s t', () => {
  it.each(fromSciPy)('of t = %d with ν = %d is SciPy’s', (t, degreesOfFreedom, expected) => {
    const found = twoSidedPValue(t, degreesOfFreedom)
    expect(Math.abs(found - expected) / expected).toBeLessThan(2e-9)
  })

  it('is that of the Cauchy distribution at ν = 1', () => {
    fc.assert(
      fc.property(statistic, (t) => {
        expect(twoSidedPValue(t, 1)).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(Math.abs(t)), 12)
      }),
      { seed: 3 },
    )
  })

  it('lies in [0, 1], ignores the sign and falls as |t| grows', () => {
    fc.assert(
      fc.property(statistic, freedom, fc.double({ min: 0.01, max: 10, noNaN: true }), (t, nu, more) => {
        const p = twoSidedPValue(t, nu)
        expect(p).toBeGreaterThanOrEqual(0)
        expect(p).toBeLessThanOrEqual(1)
        expect(twoSidedPValue(-t, nu)).toBe(p)
        expect(twoSidedPValue(Math.abs(t) + more, nu)).toBeLessThan(p)
      }),
      { seed: 5 },
    )
  })

  it('refuses what has no p-value', () => {
    expect(() => twoSidedPValue(1, 0)).toThrow(RangeError)
    expect(() => twoSidedPValue(NaN, 3)).toThrow(RangeError)
    expect(twoSidedPValue(Infinity, 3)).toBe(0)
  })
})
