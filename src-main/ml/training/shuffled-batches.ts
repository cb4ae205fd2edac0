/** Batches of a free shuffle. */
import { shuffle, uniformSequence } from '../random/seed-mixing.ts'

/**
 * Batches of one training epoch, each a random sample of all examples: every set of `batchSize` examples is as likely as
 * any other to share a batch, whatever their lengths.
 *
 * @param examples how many there are
 * @param batchSize examples per batch; the last batch may be smaller and is kept
 * @param seed the run's seed
 * @param epoch 1-based
 * @returns example indices, batch by batch; every index occurs once
 */
export function shuffledBatches(
  examples: number,
  batchSize: number,
  seed: number,
  epoch: number,
): number[][] {
  const order = shuffle(
    Array.from({ length: examples }, (_, index) => index),
    uniformSequence(seed, 'training order', epoch),
  )
  return Array.from({ length: Math.ceil(examples / batchSize) }, (_, batch) =>
    order.slice(batch * batchSize, (batch + 1) * batchSize),
  )
}
