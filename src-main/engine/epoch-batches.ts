/** An epoch's training batches. */
import { bucketedBatches, type BucketedBatch } from '@main/ml/training/length-buckets.ts'
import { trainingStage } from '@shared/config/training-stages.ts'
import type { TrainingSession } from './training-session.ts'

/**
 * The batches of an epoch, in order. They are those of the same epoch of a run of its own: where a run trains several
 * times from the first weights on, each time sees the same batches.
 *
 * @param session data, batch size, seed
 * @param epoch 1-based over the whole run
 */
export function batchesOf(
  session: Pick<TrainingSession, 'prepared' | 'config' | 'buckets'>,
  epoch: number,
): readonly BucketedBatch[] {
  const { prepared, config, buckets } = session
  const { batchSize, seed, maxEpochs } = config.training
  const lengths = prepared.train.map((example) => example.inputIds.length)
  const { firstEpoch } = trainingStage(config.method, epoch, maxEpochs)
  return bucketedBatches(lengths, buckets, batchSize, seed, epoch - firstEpoch + 1)
}
