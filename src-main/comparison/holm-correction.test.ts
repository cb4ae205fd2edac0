import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { holmCorrection } from './holm-correction.ts'
import reference from './reference/statistics.json' with { type: 'json' }

const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 })

describe('Holm’s correction', () => {
  it.each(reference.holm)('has statsmodels’ p-values (multipletests): $name', ({ pValues, corrected }) => {
    const found = holmCorrection(pValues)
    expect(found).toHaveLength(corrected.length)
    for (const [place, expected] of corrected.entries())
      expect(Math.abs(found[place]! - expected)).toBeLessThanOrEqual(1e-9 * expected)
  })

  it('counts only tests that were made', () => {
    expect(holmCorrection([null, 0.01, null, 0.04])).toEqual([null, 0.02, null, 0.04])
    expect(holmCorrection([null])).toEqual([null])
    expect(holmCorrection([])).toEqual([])
  })

  it('never lowers a p-value, never exceeds 1, keeps the order, and leaves a single test alone', () => {
    fc.assert(
      fc.property(pValues, (list) => {
        const corrected = holmCorrection(list)
        for (const [place, p] of list.entries()) {
          expect(corrected[place]).toBeGreaterThanOrEqual(p)
          expect(corrected[place]).toBeLessThanOrEqual(1)
          for (const [other, q] of list.entries())
            if (p < q) expect(corrected[place]).toBeLessThanOrEqual(corrected[other]!)
        }
        if (list.length === 1) expect(corrected).toEqual(list)
      }),
      { seed: 7 },
    )
  })
})
