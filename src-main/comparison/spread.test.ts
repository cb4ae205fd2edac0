import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { differenceFrom, spreadOf } from './spread.ts'

/** Without −0, which no score is and which a sum never gives back. */
const number = fc.double({ min: -1000, max: 1000, noNaN: true }).map((value) => value + 0)
const values = fc.array(number, { minLength: 1, maxLength: 20 })

describe('a spread', () => {
  it('of nothing is nothing, and of one value has no standard deviation', () => {
    expect(spreadOf([])).toBeNull()
    expect(spreadOf([0.5])).toEqual({ mean: 0.5, std: null, n: 1, values: [0.5] })
  })

  it('uses n − 1', () => {
    expect(spreadOf([0.57, 0.59, 0.61])?.std).toBeCloseTo(0.02, 15)
    expect(spreadOf([1, 2, 3, 4])?.std).toBeCloseTo(Math.sqrt(5 / 3), 15)
  })

  it('lies within its values, does not depend on their order, and moves and stretches with them', () => {
    fc.assert(
      fc.property(values, number, fc.double({ min: 0.1, max: 10, noNaN: true }), (list, shift, factor) => {
        const spread = spreadOf(list)!
        expect(spread.mean).toBeGreaterThanOrEqual(Math.min(...list) - 1e-9)
        expect(spread.mean).toBeLessThanOrEqual(Math.max(...list) + 1e-9)
        expect(spreadOf([...list].reverse())!.mean).toBeCloseTo(spread.mean, 8)
        const moved = spreadOf(list.map((value) => value * factor + shift))!
        expect(moved.mean).toBeCloseTo(spread.mean * factor + shift, 7)
        if (spread.std !== null) expect(moved.std).toBeCloseTo(spread.std * factor, 7)
      }),
      { seed: 1 },
    )
  })

  it('of equal values is exactly that value with no deviation', () => {
    fc.assert(
      fc.property(number, fc.integer({ min: 2, max: 9 }), (value, n) => {
        expect(spreadOf(Array.from({ length: n }, () => value))).toMatchObject({ mean: value, std: 0, n })
      }),
      { seed: 2 },
    )
  })
})

describe('a difference from the baseline', () => {
  const between = (group: number[], baseline: number[]) =>
    differenceFrom(spreadOf(group)!, spreadOf(baseline)!)

  it('has SciPy’s p-value of Welch’s test (ttest_ind, equal_var=False, 1.17.1)', () => {
    expect(between([0.57, 0.59, 0.61], [0.55, 0.56, 0.552]).pValue).toBeCloseTo(0.08070331900832778, 10)
    expect(between([0.884, 0.9], [0.87, 0.86, 0.865, 0.871]).pValue).toBeCloseTo(0.16686978924509038, 10)
    expect(between([1, 1, 1], [0.5, 0.7]).pValue).toBeCloseTo(0.15595826075473862, 10)
  })

  it('says why there is no p-value', () => {
    expect(between([0.6], [0.5, 0.55])).toMatchObject({
      pValue: null,
      pValueNote: expect.stringContaining('two runs') as string,
    })
    expect(between([0.6, 0.6], [0.5, 0.5])).toMatchObject({
      pValue: null,
      pValueNote: expect.stringContaining('no spread') as string,
    })
  })

  it('turns its sign with the sides and keeps its p-value, and finds nothing between equal groups', () => {
    const several = fc.array(number, { minLength: 2, maxLength: 8 })
    fc.assert(
      fc.property(several, several, (a, b) => {
        const [there, back] = [between(a, b), between(b, a)]
        expect(there.difference + back.difference).toBe(0)
        expect(there.pValue).toBe(back.pValue)
        const same = between(a, a)
        expect(same.difference).toBe(0)
        if (same.pValue !== null) expect(same.pValue).toBe(1)
      }),
      { seed: 4 },
    )
  })
})
