import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { spreadOf } from './spread.ts'

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
