import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pearsonCorrelation, spearmanCorrelation } from './correlation.ts'

const scores = fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 })), {
  minLength: 2,
  maxLength: 23,
})

describe('correlations', () => {
  it('keep their value when a side is shifted and stretched, and change sign when it is turned', () => {
    fc.assert(
      fc.property(scores, (pairs) => {
        const gold = pairs.map(([left]) => left)
        const predicted = pairs.map(([, right]) => right)
        const moved = predicted.map((value) => 3 * value + 1e6)
        const turned = predicted.map((value) => -value)
        for (const correlation of [pearsonCorrelation, spearmanCorrelation]) {
          const value = correlation(gold, predicted)
          if (Number.isNaN(value)) {
            expect(correlation(gold, moved)).toBeNaN()
            continue
          }
          expect(Math.abs(value)).toBeLessThanOrEqual(1)
          expect(correlation(gold, moved)).toBeCloseTo(value, 9)
          expect(correlation(gold, turned)).toBeCloseTo(-value, 12)
        }
      }),
      { seed: 20_221_128 },
    )
  })

  it('rank equal values by the mean of their ranks', () => {
    // Ranks 1.5 1.5 3 4 against 1 2 3.5 3.5.
    expect(spearmanCorrelation([7, 7, 8, 9], [0, 1, 2, 2])).toBeCloseTo(8 / 9, 12)
  })

  it('are undefined for constant sides that do not sum exactly', () => {
    expect(pearsonCorrelation([0.1, 0.1, 0.1], [1, 2, 3])).toBeNaN()
  })

  it('hold for values whose squares leave the range of numbers', () => {
    expect(pearsonCorrelation([1e200, 2e200, 3e200], [1e-200, 2e-200, 3e-200])).toBeCloseTo(1, 12)
  })
})
