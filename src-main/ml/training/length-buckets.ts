/** A few padded lengths for a whole data set, and random batches that each have one of them. */
import { shuffle, uniformSequence } from '../random/seed-mixing.ts'

/** Share of padding among all computed tokens below which no further bucket is worth another shape of batch. */
export const worthwhilePaddingShare = 0.09

/** One batch of an epoch. */
export interface BucketedBatch {
  /** Which examples. */
  readonly indices: number[]
  /** Tokens to which all of them are padded: a bucket's length. */
  readonly length: number
}

/**
 * Bucket lengths for a data set: with that many buckets, no other choice pads less. Buckets are added, up to
 * `maxBuckets`, until padding falls to 9 % of the computed tokens.
 *
 * @equation  least Σᵢ (b(i) − lᵢ), where b(i) is the shortest bucket with b(i) ≥ lᵢ
 * @source    exact dynamic programming over the distinct lengths: an optimal bucket ends at a length that occurs
 * @param lengths tokens of every example
 * @param maxBuckets buckets at most, from 1
 * @returns ascending lengths, the last that of the longest example; empty without examples
 */
export function lengthBuckets(lengths: readonly number[], maxBuckets: number): readonly number[] {
  if (lengths.length === 0) return []
  const { distinct, padding } = lengthDistribution(lengths)
  const last = distinct.length - 1
  const real = lengths.reduce((sum, length) => sum + length, 0)
  const isEnough = (padded: number): boolean => padded <= worthwhilePaddingShare * (padded + real)

  // least[end]: padding of the lengths up to `end` in as many buckets as `starts` has rows; starts[row][end]: where the
  // last of row + 1 buckets begins.
  let least = distinct.map((_, end) => padding(0, end))
  const starts: number[][] = [distinct.map(() => 0)]
  while (starts.length < Math.min(maxBuckets, distinct.length) && !isEnough(least[last]!)) {
    const before = least
    const row = distinct.map((_, end) => bestStart(before, end, starts.length, padding))
    least = distinct.map((_, end) =>
      row[end]! === 0 ? padding(0, end) : before[row[end]! - 1]! + padding(row[end]!, end),
    )
    starts.push(row)
  }

  const buckets: number[] = []
  let end = last
  for (const row of starts.reverse()) {
    if (end < 0) break
    buckets.push(distinct[end]!)
    end = row[end]! - 1
  }
  return buckets.reverse()
}

/** Where the last bucket begins when one more is added to `bucketsBefore`; 0 when there are too few lengths for that many. */
function bestStart(
  least: readonly number[],
  end: number,
  bucketsBefore: number,
  padding: (start: number, end: number) => number,
): number {
  let best = 0
  let bestPadding = padding(0, end)
  for (let start = bucketsBefore; start <= end; start++) {
    const candidate = least[start - 1]! + padding(start, end)
    if (candidate < bestPadding) {
      best = start
      bestPadding = candidate
    }
  }
  return best
}

/** The distinct lengths, ascending, and the padding of a bucket that holds a range of them. */
function lengthDistribution(lengths: readonly number[]): {
  readonly distinct: readonly number[]
  /** Padding tokens of the examples with distinct length `start` to `end`, both included, padded to the latter. */
  readonly padding: (start: number, end: number) => number
} {
  const counts = new Map<number, number>()
  for (const length of lengths) counts.set(length, (counts.get(length) ?? 0) + 1)
  const distinct = [...counts.keys()].sort((a, b) => a - b)
  const examplesBefore = [0]
  const tokensBefore = [0]
  distinct.forEach((length, i) => {
    const examples = counts.get(length)!
    examplesBefore.push(examplesBefore[i]! + examples)
    tokensBefore.push(tokensBefore[i]! + examples * length)
  })
  return {
    distinct,
    padding: (start, end) =>
      (examplesBefore[end + 1]! - examplesBefore[start]!) * distinct[end]! -
      (tokensBefore[end + 1]! - tokensBefore[start]!),
  }
}

/**
 * Batches of one training epoch. Examples are shuffled, put into their buckets, cut into batches, and the batches shuffled:
 * among examples of a bucket the composition is random, and depends on seed and epoch alone. What does not fill a batch of
 * its bucket goes into the next longer one, so all batches are full but for at most one, of the longest bucket.
 *
 * @param lengths tokens of every example
 * @param buckets ascending lengths; the last at least as long as every example
 * @param batchSize examples per batch
 * @param seed the run's seed
 * @param epoch 1-based
 * @returns ⌈examples / batchSize⌉ batches; every index occurs once
 */
export function bucketedBatches(
  lengths: readonly number[],
  buckets: readonly number[],
  batchSize: number,
  seed: number,
  epoch: number,
): BucketedBatch[] {
  const uniform = uniformSequence(seed, 'training order', epoch)
  const members = new Map<number, number[]>(buckets.map((length) => [length, []]))
  for (const index of shuffle(Array.from(lengths.keys()), uniform)) {
    const bucket = buckets.find((length) => length >= lengths[index]!)
    if (bucket === undefined)
      throw new RangeError(
        `Example ${index} has ${lengths[index]} tokens, the longest bucket ${buckets.at(-1)}.`,
      )
    members.get(bucket)!.push(index)
  }
  const batches: BucketedBatch[] = []
  let leftover: number[] = []
  for (const [length, own] of members) {
    // First in line, so that an example is moved no further than to the next batch that can be filled.
    const waiting = [...leftover, ...own]
    const full = waiting.length - (waiting.length % batchSize)
    for (let start = 0; start < full; start += batchSize)
      batches.push({ indices: waiting.slice(start, start + batchSize), length })
    leftover = waiting.slice(full)
  }
  if (leftover.length > 0) batches.push({ indices: leftover, length: buckets.at(-1)! })
  return shuffle(batches, uniform)
}
