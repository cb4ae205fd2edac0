import { expect, it } from 'vitest'
import { median, spreadOf, spreadOverRounds } from './spread.mjs'

it('takes the middle value, or the mean of the middle two', () => {
  expect(median([9, 1, 5])).toBe(5)
  expect(median([9, 1, 5, 7])).toBe(6)
  expect(median([3])).toBe(3)
})

it('leaves what it is given in its order', () => {
  const values = [3, 1, 2]
  median(values)
  expect(values).toEqual([3, 1, 2])
})

it('knows no spread of nothing', () => {
  expect(spreadOf([])).toBeUndefined()
  expect(spreadOverRounds([])).toBeUndefined()
})

it('takes the median of the medians and the extremes of all steps', () => {
  const rounds = [
    { medianMs: 11, minMs: 10, maxMs: 12 },
    { medianMs: 13, minMs: 9, maxMs: 14 },
    { medianMs: 50, minMs: 40, maxMs: 90 },
  ]
  expect(spreadOverRounds(rounds)).toEqual({ median: 13, min: 9, max: 90, n: 3 })
})
