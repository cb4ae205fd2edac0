import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pairedTest, welchTest } from './mean-tests.ts'
import reference from './reference/statistics.json' with { type: 'json' }

/** Without −0, which no score is and which a sum never gives back. */
const number = fc.double({ min: -1000, max: 1000, noNaN: true }).map((value) => value + 0)
const several = fc.array(number, { minLength: 2, maxLength: 8 })
const twoSeveral = fc
  .array(fc.tuple(number, number), { minLength: 2, maxLength: 8 })
  .map((pairs) => [pairs.map(([left]) => left), pairs.map(([, right]) => right)] as const)

function expectNear(found: number | null, expected: number | null): void {
  if (found === null || expected === null) expect(found).toBe(expected)
  else expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-9 * expected)
}

describe('Welch’s test', () => {
  it.each(reference.welch)(
    'has SciPy’s p-value (ttest_ind, equal_var=False): $name',
    ({ group, baseline, pValue }) => {
      expectNear(welchTest(group, baseline).pValue, pValue)
    },
  )

  it('says why there is no p-value', () => {
    expect(welchTest([0.6], [0.5, 0.55])).toEqual({
      pValue: null,
      note: 'A test needs two scores in each group; one group has 1.',
    })
    expect(welchTest([0.6, 0.6], [0.5, 0.5])).toMatchObject({
      pValue: null,
      note: expect.stringContaining('no spread') as string,
    })
  })

  it('does not depend on which side is which, and finds nothing between equal groups', () => {
    fc.assert(
      fc.property(several, several, (a, b) => {
        expect(welchTest(a, b).pValue).toBe(welchTest(b, a).pValue)
        const same = welchTest(a, a)
        if (same.pValue !== null) expect(same.pValue).toBe(1)
      }),
      { seed: 4 },
    )
  })
})

describe('the paired test', () => {
  it.each(reference.paired)('has SciPy’s p-value (ttest_rel): $name', ({ group, baseline, pValue }) => {
    expectNear(pairedTest(group, baseline).pValue, pValue)
  })

  it('says why there is no p-value', () => {
    expect(pairedTest([0.6], [0.5]).note).toBe('A paired test needs two pairs; there is 1.')
    // The differences are 0.1 but for rounding; SciPy warns and divides by some 1e-17.
    expect(pairedTest([0.61, 0.62, 0.63], [0.51, 0.52, 0.53]).note).toContain('by the same amount')
    expect(pairedTest([0.7, 0.8], [0.7, 0.8]).pValue).toBeNull()
  })

  it('does not depend on the order of the pairs, nor on which side is which', () => {
    fc.assert(
      fc.property(twoSeveral, ([a, b]) => {
        const { pValue } = pairedTest(a, b)
        expect(pairedTest(b, a).pValue).toBe(pValue)
        const turned = pairedTest([...a].reverse(), [...b].reverse()).pValue
        if (pValue === null || turned === null) return
        expect(turned).toBeCloseTo(pValue, 6)
      }),
      { seed: 6 },
    )
  })
})
