import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import reference from './reference/statistics.json' with { type: 'json' }
import { twoSidedPValue } from './student-t.ts'

const statistic = fc.double({ min: -60, max: 60, noNaN: true })
const freedom = fc.double({ min: 0.6, max: 500, noNaN: true })

describe('the two-sided p-value of Student’s t', () => {
  it.each(reference.studentT)('of t = $t with ν = $degreesOfFreedom is SciPy’s', (expected) => {
    const found = twoSidedPValue(expected.t, expected.degreesOfFreedom)
    expect(Math.abs(found - expected.pValue)).toBeLessThanOrEqual(1e-9 * expected.pValue)
  })

  it('is that of the Cauchy distribution at ν = 1', () => {
    fc.assert(
      fc.property(statistic, (t) => {
        expect(twoSidedPValue(t, 1)).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(Math.abs(t)), 9)
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
