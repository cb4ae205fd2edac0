/** Which examples go into which batch. */
import { shuffle, uniformSequence } from '../random/seed-mixing.ts'

/** Batches whose examples are sorted by length together: long enough for little padding, short enough to stay random. */
const batchesPerWindow = 32

/**
 * Batches of one training epoch. Examples are shuffled, sorted by length within windows of 32 batches, cut into batches,
 * and the batches shuffled: little padding, and a random order that depends on seed and epoch alone.
 *
 * @param lengths tokens of every example
 * @param batchSize examples per batch; the last batch may be smaller and is kept
 * @param seed the run's seed
 * @param epoch 1-based
 * @returns example indices, batch by batch; every index occurs once
 */
export function trainingBatches(
  lengths: readonly number[],
  batchSize: number,
  seed: number,
  epoch: number,
): number[][] {
  const uniform = uniformSequence(seed, 'training order', epoch)
  const order = shuffle(Array.from(lengths.keys()), uniform)
  const batches: number[][] = []
  for (let start = 0; start < order.length; start += batchesPerWindow * batchSize) {
    const window = order.slice(start, start + batchesPerWindow * batchSize)
    window.sort((a, b) => lengths[a]! - lengths[b]!)
    batches.push(...cut(window, batchSize))
  }
  return shuffle(batches, uniform)
}

/**
 * Batches of an evaluation: by length, so that almost nothing is padded.
 *
 * @param lengths tokens of every example
 * @param batchSize examples per batch
 * @returns example indices, batch by batch
 */
export function evaluationBatches(lengths: readonly number[], batchSize: number): number[][] {
  const order = Array.from(lengths.keys()).sort((a, b) => lengths[a]! - lengths[b]!)
  return cut(order, batchSize)
}

function cut(indices: readonly number[], batchSize: number): number[][] {
  const batches: number[][] = []
  for (let start = 0; start < indices.length; start += batchSize)
    batches.push(indices.slice(start, start + batchSize))
  return batches
}
