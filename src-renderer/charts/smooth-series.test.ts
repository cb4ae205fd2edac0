import { describe, expect, it } from 'vitest'
import { smoothSeries } from './smooth-series.ts'

const points = (values: readonly number[], spacing = 1) =>
  values.map((value, index) => ({ step: 1 + index * spacing, value }))

describe('smoothing', () => {
  it('keeps a constant series exactly constant', () => {
    expect(new Set(smoothSeries(points(Array<number>(200).fill(0.1)), 0.97))).toEqual(new Set([0.1]))
  })

  it('is the plain de-biased average on evenly spaced points', () => {
    const smoothed = smoothSeries(points([1, 0, 0, 4]), 0.5)
    expect(smoothed[1]).toBeCloseTo(0.5 / 1.5, 12)
    expect(smoothed[3]).toBeCloseTo((0.125 + 4) / 1.875, 12)
  })

  it('gives the same values whatever the interval of logging', () => {
    const values = [3, 1, 4, 1, 5, 9, 2, 6]
    expect(smoothSeries(points(values, 50), 0.8)).toEqual(smoothSeries(points(values, 1), 0.8))
  })

  it('forgets more across a longer distance', () => {
    const withGap = (gap: number) =>
      smoothSeries([...points([0, 0, 0, 0, 0]), { step: 5 + gap, value: 1 }], 0.9).at(-1)!
    expect(withGap(30)).toBeGreaterThan(withGap(1))
  })

  it('leaves two points or fewer alone and marks what is not finite as missing', () => {
    expect(smoothSeries([], 0.6)).toEqual([])
    expect(smoothSeries(points([1, 3]), 0.6)).toEqual([1, 3])
    const broken = smoothSeries(points([1, Number.NaN, 1, Infinity, 1]), 0.6)
    expect(broken).toEqual([1, null, 1, null, 1])
  })
})
