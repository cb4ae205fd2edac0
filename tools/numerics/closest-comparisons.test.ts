import { describe, expect, it } from 'vitest'
import { closestComparisons, markdownTable } from './closest-comparisons.mjs'

const loss = (distance: number, limit = 1) => ({
  file: 'src-main/ml/a.test.ts',
  test: 'a > b',
  what: 'loss',
  distance,
  limit,
})

describe('the closest comparisons', () => {
  it('are the nearest of each test over all variants, nearest to its limit first', () => {
    const other = { ...loss(0.3), what: 'weights' }
    const found = closestComparisons(
      new Map([
        ['default', [loss(0.1), loss(0.2), other]],
        ['one thread', [loss(0.25)]],
      ]),
    )

    expect(found.map(({ what, margin, variant }) => [what, margin, variant])).toEqual([
      ['weights', 1 / 0.3, 'default'],
      ['loss', 4, 'one thread'],
    ])
  })

  it('leave out what is exactly equal, and have no margin where nothing was allowed', () => {
    expect(closestComparisons(new Map([['default', [loss(0, 0), loss(0.5, 0)]]]))[0]!.margin).toBe(0)
    expect(closestComparisons(new Map([['default', [loss(0, 0)]]]))).toEqual([])
  })

  it('are a table', () => {
    const rows = closestComparisons(new Map([['AVX2', [loss(1e-7, 1e-6)]]]))

    expect(markdownTable(rows).split('\n')[2]).toBe('| a: b: loss | 1.0e-7 | 1.0e-6 | 10.0 | AVX2 |')
  })
})
