/** What follows from how much a run computes: whether loops are compiled for it, and to which lengths its batches are padded. */
import { bucketedBatches, lengthBuckets } from '@main/ml/training/length-buckets.ts'
import { evaluationBatches } from '@main/ml/training/length-bucketing.ts'
import { shuffledBatches } from '@main/ml/training/shuffled-batches.ts'
import type { TrainingConfig } from '@shared/config/training-config.ts'
import { evaluationBatchSize } from './evaluation-batch-size.ts'
import type { PreparedRun } from './prepared-run.ts'

/** What a run's size is made of. */
type SizedRun = Pick<PreparedRun, 'train' | 'validation' | 'config' | 'tokenCounts'>

/** Padded lengths of a run at most. */
const mostLengths = 8

/** Batches of a group of similar length at least. */
const leastBatchesOfGroup = 8

/** Epochs over which a length must win back its preparation, whatever is planned. */
const reckonedEpochs = 10

/** Epochs whose batches show which lengths occur. */
const simulatedEpochs = 2

/**
 * Operations of a run above which compiled loops win back their compilation: they save about 2 ps an operation, and cost
 * 20 s for a run's lengths where the machine has compiled them before, 75 s where not.
 */
const worthwhileOperations = 2e13

/**
 * What the choice of lengths reckons with: operations a second of a step on two processor cores and on a data centre's GPU,
 * and seconds until another length's functions are ready and checked. Rough guesses, which machines share, so that runs of
 * one study have the same lengths on all machines of a kind. Eager execution prepares nothing.
 */
const reckoning = {
  eager: { operationsPerSecond: 1e11, secondsPerLength: { separate: 0, compiled: 0 } },
  processor: { operationsPerSecond: 1e11, secondsPerLength: { separate: 4, compiled: 8 } },
  gpu: { operationsPerSecond: 1e13, secondsPerLength: { separate: 17, compiled: 17 } },
}

/** Products of one token's way through the blocks. */
function forwardOperations({ config }: Pick<SizedRun, 'config'>): number {
  const { hiddenSize: E, intermediateSize: F, numHiddenLayers } = config
  return 2 * numHiddenLayers * (4 * E * E + 2 * E * F)
}

/**
 * Whether compiling fused loops pays in a run. A rule on its size, not a measurement: fused sums round differently, and a
 * resumed run must compute what it would have computed.
 *
 * @param prepared the run's examples and model
 * @param training epochs
 */
export function isFusionWorthwhile(
  prepared: Pick<PreparedRun, 'train' | 'config'>,
  training: Pick<TrainingConfig, 'maxEpochs'>,
): boolean {
  const tokens = prepared.train.reduce((sum, example) => sum + example.inputIds.length, 0)
  return 3 * forwardOperations(prepared) * tokens * training.maxEpochs > worthwhileOperations
}

/**
 * The groups of similar length that a run's batches are drawn from, each by its longest input. They follow from the data
 * set, the number of examples used and the batch size, never from epochs, model or machine: a seed's batches are the same
 * everywhere. A group has eight batches at least, so that who shares one with whom stays a matter of chance.
 *
 * @param prepared the run's examples
 * @param training batch size and batching
 * @returns ascending; empty where batches are shuffled, and drawn from all examples
 */
export function lengthGroups(
  prepared: Pick<SizedRun, 'train' | 'tokenCounts'>,
  training: Pick<TrainingConfig, 'batchSize' | 'batching'>,
): readonly number[] {
  const { batchSize, batching } = training
  if (batching === 'shuffled') return []
  const groups = Math.floor(prepared.train.length / (leastBatchesOfGroup * batchSize))
  return lengthBuckets(prepared.tokenCounts.train, Math.max(1, Math.min(groups, mostLengths)))
}

/**
 * Lengths that a run's batches are padded to: with so many, preparing another one would cost more than the padding it saves
 * over ten epochs. They follow from the whole data set and not from the rows that were drawn or the epochs planned, so that
 * runs of one study share them. They decide no loss but through the numbers drawn for dropout.
 *
 * @param prepared the run's examples and model
 * @param training batch size and batching
 * @param execution eager, or traced on that device
 * @returns ascending, the last that of the longest example
 */
export function paddedLengths(
  prepared: SizedRun,
  training: Pick<TrainingConfig, 'batchSize' | 'batching'>,
  execution: keyof typeof reckoning,
): readonly number[] {
  const { operationsPerSecond, secondsPerLength } = reckoning[execution]
  const isFused = isFusionWorthwhile(prepared, { maxEpochs: reckonedEpochs })
  const perLength = secondsPerLength[isFused ? 'compiled' : 'separate']
  const perToken = (reckonedEpochs * forwardOperations(prepared)) / operationsPerSecond
  const { tokenCounts } = prepared
  const train = trainingBatchLengths(prepared, training)
  const rows = evaluationBatchSize(training.batchSize)
  const validation = evaluationBatches(tokenCounts.validation, rows).map((batch) =>
    longestOf(batch, tokenCounts.validation),
  )
  const share = {
    train: prepared.train.length / Math.max(1, tokenCounts.train.length) / simulatedEpochs,
    validation: prepared.validation.length / Math.max(1, tokenCounts.validation.length),
  }
  const seconds = (lengths: readonly number[]): number =>
    // A training step goes forward once, and backward for twice as long.
    perToken *
      (3 * training.batchSize * share.train * padded(train, lengths) +
        rows * share.validation * padded(validation, lengths)) +
    perLength * lengths.length
  const choices = Array.from({ length: mostLengths }, (_, index) =>
    lengthBuckets([...train, ...validation], index + 1),
  )
  return choices.reduce((best, lengths) => (seconds(lengths) < seconds(best) ? lengths : best))
}

/** The longest example of every batch of a few epochs over the whole data set, of a seed that no result depends on. */
function trainingBatchLengths(
  prepared: SizedRun,
  { batchSize, batching }: Pick<TrainingConfig, 'batchSize' | 'batching'>,
): number[] {
  const counts = prepared.tokenCounts.train
  const groups = lengthGroups(prepared, { batchSize, batching })
  return Array.from({ length: simulatedEpochs }, (_, epoch) => epoch + 1).flatMap((epoch) => {
    const batches =
      batching === 'shuffled'
        ? shuffledBatches(counts.length, batchSize, 0, epoch)
        : bucketedBatches(counts, groups, batchSize, 0, epoch).map(({ indices }) => indices)
    return batches.map((batch) => longestOf(batch, counts))
  })
}

function longestOf(batch: readonly number[], counts: readonly number[]): number {
  return Math.max(...batch.map((index) => counts[index]!))
}

/** Sum of lengths that are each padded to the shortest one that holds them. */
function padded(counts: readonly number[], lengths: readonly number[]): number {
  return counts.reduce((sum, tokens) => sum + lengths.find((length) => length >= tokens)!, 0)
}
