import { describe, expect, it } from 'vitest'
import { shuffledBatches } from './shuffled-batches.ts'

describe('batches of a free shuffle', () => {
  it('have every example once, and all but the last are full', () => {
    const batches = shuffledBatches(37, 8, 3, 1)

    expect(batches.map((batch) => batch.length)).toEqual([8, 8, 8, 8, 5])
    expect(batches.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 37 }, (_, index) => index))
  })

  it('depend on seed and epoch', () => {
    expect(shuffledBatches(37, 8, 3, 1)).toEqual(shuffledBatches(37, 8, 3, 1))
    expect(shuffledBatches(37, 8, 3, 1)).not.toEqual(shuffledBatches(37, 8, 3, 2))
    expect(shuffledBatches(37, 8, 3, 1)).not.toEqual(shuffledBatches(37, 8, 4, 1))
  })

  it('are none without examples', () => {
    expect(shuffledBatches(0, 8, 3, 1)).toEqual([])
  })

  it('put any two examples together as often as any other two', () => {
    const [examples, size, epochs] = [24, 4, 4000]
    const together = Array.from({ length: examples }, () => new Array<number>(examples).fill(0))
    for (let epoch = 1; epoch <= epochs; epoch++)
      for (const batch of shuffledBatches(examples, size, 11, epoch))
        for (const a of batch) for (const b of batch) if (a < b) together[a]![b]!++

    // Each pair shares a batch with probability 3/23: chi-squared over the 276 pairs, whose sum is fixed.
    const expected = (epochs * (size - 1)) / (examples - 1)
    let statistic = 0
    for (let a = 0; a < examples; a++)
      for (let b = a + 1; b < examples; b++) statistic += (together[a]![b]! - expected) ** 2 / expected
    // Pairs of one partition depend on each other, so this is not quite chi-squared; its mean is near 276 × 20/23.
    expect(statistic).toBeGreaterThan(160)
    expect(statistic).toBeLessThan(330)
  })

  it('have the variance of a batch’s mean that drawing without replacement has', () => {
    const [examples, size, epochs] = [160, 16, 500]
    // As in STS-B, where scores rise with length: what batches by length would skew.
    const scores = Array.from({ length: examples }, (_, index) => index / examples)
    const mean = scores.reduce((sum, score) => sum + score, 0) / examples
    const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / (examples - 1)
    const squares: number[] = []
    for (let epoch = 1; epoch <= epochs; epoch++)
      for (const batch of shuffledBatches(examples, size, 2, epoch))
        squares.push((batch.reduce((sum, index) => sum + scores[index]!, 0) / size - mean) ** 2)
    const found = squares.reduce((sum, square) => sum + square, 0) / squares.length

    // Of 5,000 squares, whose relative standard deviation is about √2.
    expect(Math.abs(found / ((variance / size) * (1 - size / examples)) - 1)).toBeLessThan(0.08)
  })
})
