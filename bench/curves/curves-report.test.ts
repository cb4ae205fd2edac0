import { describe, expect, it } from 'vitest'
import { placeAmong, smoothed } from './curves-report.mjs'

describe('loss curves', () => {
  it('are smoothed over full windows', () => {
    expect(smoothed([1, 3, 5, 7], 2)).toEqual([2, 4, 6])
  })

  it('lie within, or so far outside of, the spread of others', () => {
    const found = placeAmong(
      [
        [1, 1, 1, 1],
        [2, 2, 3, 3],
      ],
      [1.5, 2.5, 3, 0.5],
    )

    expect(found).toEqual({ within: 0.5, farthest: 0.5, width: 1.5, toFirst: 2 })
  })
})
