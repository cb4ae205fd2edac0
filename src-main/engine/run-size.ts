/** What follows from how much a run computes: whether loops are compiled for it, and to which lengths its batches are padded. */
import { lengthBuckets } from '@main/ml/training/length-buckets.ts'
import type { TrainingConfig } from '@shared/config/run-config.ts'
import type { PreparedRun } from './prepared-run.ts'

/** What a run's size is made of. */
type SizedRun = Pick<PreparedRun, 'train' | 'validation' | 'config'>

/** Padded lengths of a run at most. */
const mostLengths = 8

/**
 * Operations of a run above which compiled loops win back their compilation: they save about 2 ps an operation, and cost
 * 20 s for a run's lengths where the machine has compiled them before, 75 s where not.
 */
const worthwhileOperations = 2e13

/**
 * What the choice of lengths reckons with: operations a second of a step on two processor cores and on a data centre's GPU,
 * and seconds until another length's functions are ready and checked. Rough guesses, which machines share, so that runs of
 * one study have the same lengths. Eager execution prepares nothing.
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
  prepared: Pick<SizedRun, 'train' | 'config'>,
  training: Pick<TrainingConfig, 'maxEpochs'>,
): boolean {
  const tokens = prepared.train.reduce((sum, example) => sum + example.inputIds.length, 0)
  return 3 * forwardOperations(prepared) * tokens * training.maxEpochs > worthwhileOperations
}

/**
 * Lengths that a run's batches are padded to: with so many, preparing another one would cost more than the padding it saves.
 *
 * @param prepared the run's examples and model
 * @param training epochs
 * @param execution eager, or traced on that device
 * @returns ascending, the last that of the longest example
 */
export function paddedLengths(
  prepared: SizedRun,
  training: Pick<TrainingConfig, 'maxEpochs'>,
  execution: keyof typeof reckoning,
): readonly number[] {
  const { operationsPerSecond, secondsPerLength } = reckoning[execution]
  const perLength = secondsPerLength[isFusionWorthwhile(prepared, training) ? 'compiled' : 'separate']
  const perToken = (training.maxEpochs * forwardOperations(prepared)) / operationsPerSecond
  const train = prepared.train.map((example) => example.inputIds.length)
  const validation = prepared.validation.map((example) => example.inputIds.length)
  const seconds = (lengths: readonly number[]): number =>
    // A training step goes forward once, and backward for twice as long.
    perToken * (3 * paddedTokens(train, lengths) + paddedTokens(validation, lengths)) +
    perLength * lengths.length
  const choices = Array.from({ length: mostLengths }, (_, index) =>
    lengthBuckets([...train, ...validation], index + 1),
  )
  return choices.reduce((best, lengths) => (seconds(lengths) < seconds(best) ? lengths : best))
}

/** Tokens of examples that are each padded to the shortest length that holds them. */
function paddedTokens(examples: readonly number[], lengths: readonly number[]): number {
  return examples.reduce((sum, tokens) => sum + lengths.find((length) => length >= tokens)!, 0)
}
