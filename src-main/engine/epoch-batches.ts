/** An epoch's training batches. */
import { bucketedBatches, type BucketedBatch } from '@main/ml/training/length-buckets.ts'
import { shuffledBatches } from '@main/ml/training/shuffled-batches.ts'
import { trainingStage } from '@shared/config/training-stages.ts'
import type { TrainingSession } from './training-session.ts'

/**
 * The batches of an epoch, in order. They are those of the same epoch of a run of its own: where a run trains several
 * times from the first weights on, each time sees the same batches. Which examples share a batch follows from the data,
 * the batch size and the seed; a batch is padded to the shortest of the run's lengths that holds it.
 *
 * @param session data, batch size, seed
 * @param epoch 1-based over the whole run
 */
export function batchesOf(
  session: Pick<TrainingSession, 'prepared' | 'config' | 'buckets' | 'lengthGroups'>,
  epoch: number,
): readonly BucketedBatch[] {
  const { prepared, config, buckets, lengthGroups } = session
  const { batchSize, seed, maxEpochs, batching } = config.training
  const lengths = prepared.train.map((example) => example.inputIds.length)
  const { firstEpoch } = trainingStage(config.method, epoch, maxEpochs)
  const ofStage = epoch - firstEpoch + 1
  const batches =
    batching === 'shuffled'
      ? shuffledBatches(lengths.length, batchSize, seed, ofStage)
      : bucketedBatches(lengths, lengthGroups, batchSize, seed, ofStage).map(({ indices }) => indices)
  return batches.map((indices) => {
    const longest = Math.max(...indices.map((index) => lengths[index]!))
    return { indices, length: buckets.find((length) => length >= longest)! }
  })
}
