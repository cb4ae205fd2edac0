import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { uniformSequence } from '../random/seed-mixing.ts'
import { bucketedBatches, lengthBuckets, worthwhilePaddingShare } from './length-buckets.ts'

const uniform = uniformSequence(1, 'test lengths')
const manyLengths = Array.from({ length: 1003 }, () => 20 + Math.floor(108 * uniform() ** 2))

/** Padding tokens when every example is padded to the shortest bucket that holds it. */
function paddedTokens(lengths: readonly number[], buckets: readonly number[]): number {
  return lengths.reduce((sum, length) => sum + buckets.find((bucket) => bucket >= length)! - length, 0)
}

const sumOf = (lengths: readonly number[]): number => lengths.reduce((sum, length) => sum + length, 0)

/** Whether so much padding is worth another bucket. */
function isTooMuch(padded: number, lengths: readonly number[]): boolean {
  return padded > worthwhilePaddingShare * (padded + sumOf(lengths))
}

/** Least padding over all choices of at most `count` buckets among the lengths that occur. */
function leastPadding(lengths: readonly number[], count: number): number {
  const distinct = [...new Set(lengths)].sort((a, b) => a - b)
  const longest = distinct.pop()!
  const choices = (from: number, left: number): number[][] =>
    left === 0
      ? [[]]
      : [
          [],
          ...distinct
            .slice(from)
            .flatMap((length, i) => choices(from + i + 1, left - 1).map((rest) => [length, ...rest])),
        ]
  return Math.min(...choices(0, count - 1).map((chosen) => paddedTokens(lengths, [...chosen, longest])))
}

const someLengths = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 14 })

describe('length buckets', () => {
  it('ascend to the longest example, at most as many as asked for', () => {
    fc.assert(
      fc.property(someLengths, fc.integer({ min: 1, max: 5 }), (lengths, maxBuckets) => {
        const buckets = lengthBuckets(lengths, maxBuckets)

        expect(buckets.length).toBeLessThanOrEqual(maxBuckets)
        expect(buckets).toEqual([...new Set(buckets)].sort((a, b) => a - b))
        expect(buckets.at(-1)).toBe(Math.max(...lengths))
      }),
      { seed: 1 },
    )
  })

  it('pad no more than the best of all choices of as many buckets', () => {
    fc.assert(
      fc.property(someLengths, fc.integer({ min: 1, max: 5 }), (lengths, maxBuckets) => {
        const buckets = lengthBuckets(lengths, maxBuckets)

        expect(paddedTokens(lengths, buckets)).toBe(leastPadding(lengths, buckets.length))
      }),
      { seed: 2, numRuns: 200 },
    )
  })

  it('are as few as keep padding at 4 %, or as many as asked for', () => {
    fc.assert(
      fc.property(someLengths, fc.integer({ min: 1, max: 5 }), (lengths, maxBuckets) => {
        const count = lengthBuckets(lengths, maxBuckets).length
        const most = Math.min(maxBuckets, new Set(lengths).size)

        if (count > 1) expect(isTooMuch(leastPadding(lengths, count - 1), lengths)).toBe(true)
        if (count < most) expect(isTooMuch(leastPadding(lengths, count), lengths)).toBe(false)
      }),
      { seed: 3, numRuns: 200 },
    )
  })

  it('are one for examples of one length, and none without examples', () => {
    expect(lengthBuckets([7, 7, 7], 4)).toEqual([7])
    expect(lengthBuckets([], 4)).toEqual([])
    expect(bucketedBatches([], [], 16, 1, 1)).toEqual([])
  })
})

describe('batches of length buckets', () => {
  it('hold every example once, long enough for each, all full but at most one, for any data', () => {
    const anyEpoch = fc.record({
      lengths: fc.array(fc.integer({ min: 1, max: 128 }), { maxLength: 200 }),
      maxBuckets: fc.integer({ min: 1, max: 6 }),
      batchSize: fc.integer({ min: 1, max: 40 }),
      seed: fc.nat(),
      epoch: fc.integer({ min: 1, max: 50 }),
    })
    fc.assert(
      fc.property(anyEpoch, ({ lengths, maxBuckets, batchSize, seed, epoch }) => {
        const buckets = lengthBuckets(lengths, maxBuckets)
        const batches = bucketedBatches(lengths, buckets, batchSize, seed, epoch)

        const indices = batches.flatMap((batch) => batch.indices)
        expect(indices.sort((a, b) => a - b)).toEqual(lengths.map((_, index) => index))
        expect(batches).toHaveLength(Math.ceil(lengths.length / batchSize))
        expect(batches.filter((batch) => batch.indices.length < batchSize).length).toBeLessThanOrEqual(1)
        for (const batch of batches) {
          expect(buckets).toContain(batch.length)
          expect(batch.indices.length).toBeLessThanOrEqual(batchSize)
          expect(Math.max(...batch.indices.map((index) => lengths[index]!))).toBeLessThanOrEqual(batch.length)
        }
      }),
      { seed: 4, numRuns: 300 },
    )
  })

  it('move an example up only as leftover: fewer than a batch from each bucket', () => {
    const buckets = lengthBuckets(manyLengths, 4)
    const batches = bucketedBatches(manyLengths, buckets, 16, 42, 1)

    for (const bucket of buckets.slice(0, -1)) {
      const moved = batches
        .filter(({ length }) => length > bucket)
        .flatMap(({ indices }) => indices.filter((index) => manyLengths[index]! <= bucket))
      expect(moved.length).toBeLessThan(16)
    }
  })

  it('have a short batch of the longest bucket only, of the same size in every epoch', () => {
    const buckets = lengthBuckets(manyLengths, 4)

    for (const epoch of [1, 2, 3]) {
      const short = bucketedBatches(manyLengths, buckets, 16, 42, epoch).filter(
        ({ indices }) => indices.length < 16,
      )
      expect(short.map(({ indices, length }) => [indices.length, length])).toEqual([
        [1003 % 16, buckets.at(-1)],
      ])
    }
  })

  it('pad hardly more than the buckets themselves do', () => {
    const buckets = lengthBuckets(manyLengths, 6)
    const batches = bucketedBatches(manyLengths, buckets, 16, 42, 1)
    const computed = batches.reduce((sum, { indices, length }) => sum + indices.length * length, 0)
    const withoutLeftovers = sumOf(manyLengths) + paddedTokens(manyLengths, buckets)

    // At most 15 examples move from each bucket to the next.
    expect(computed).toBeLessThanOrEqual(withoutLeftovers + 15 * (buckets.at(-1)! - buckets[0]!))
  })

  it('differ from epoch to epoch, and are the same for the same seed and epoch', () => {
    const buckets = lengthBuckets(manyLengths, 4)
    const batches = bucketedBatches(manyLengths, buckets, 16, 42, 1)

    expect(bucketedBatches(manyLengths, buckets, 16, 42, 1)).toEqual(batches)
    expect(bucketedBatches(manyLengths, buckets, 16, 42, 2)).not.toEqual(batches)
    expect(bucketedBatches(manyLengths, buckets, 16, 43, 1)).not.toEqual(batches)
  })

  it('bring other examples together in every epoch', () => {
    const buckets = lengthBuckets(manyLengths, 4)
    const companions = (epoch: number): Set<number> =>
      new Set(
        bucketedBatches(manyLengths, buckets, 16, 42, epoch).find(({ indices }) => indices.includes(0))!
          .indices,
      )
    const both = [...companions(1)].filter((index) => companions(2).has(index))

    expect(both.length).toBeLessThan(8)
  })

  it('do not come in order of length', () => {
    const batches = bucketedBatches(manyLengths, lengthBuckets(manyLengths, 4), 16, 42, 1)
    const rises = batches.filter(({ length }, i) => i > 0 && length > batches[i - 1]!.length).length

    expect(rises).toBeGreaterThan(batches.length / 5)
    expect(rises).toBeLessThan((4 * batches.length) / 5)
  })

  it('refuse an example that fits no bucket', () => {
    expect(() => bucketedBatches([4, 9], [8], 2, 1, 1)).toThrow(
      'Example 1 has 9 tokens, the longest bucket 8.',
    )
  })
})
