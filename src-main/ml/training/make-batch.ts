/** Examples to tensors. */
import * as tf from '@tensorflow/tfjs'
import type { Batch } from '../regularizers/regularizer.ts'

/** One example as ids. */
export interface EncodedExample {
  /** Special tokens included, not padded. */
  readonly inputIds: readonly number[]
  readonly tokenTypeIds: readonly number[]
  /** Class index or score; absent on unlabelled examples. */
  readonly label?: number
}

/** Size of a batch, for the accounting of padding. */
export interface BatchSize {
  readonly examples: number
  /** Real tokens. */
  readonly tokens: number
  readonly paddedTokens: number
}

/**
 * A batch, padded on the right to its longest example.
 *
 * @param examples at least one
 * @param kind what the labels are
 * @param padTokenId id of padding
 * @returns tensors [B, T] and [B]; unlabelled examples get label 0
 * @ownership Caller disposes the tensors (see `disposeBatch`).
 */
export function makeBatch(
  examples: readonly EncodedExample[],
  kind: 'classification' | 'regression',
  padTokenId: number,
): Batch {
  const realTokens = examples.map((example) => example.inputIds.length)
  const tokens = Math.max(...realTokens)
  const shape: [number, number] = [examples.length, tokens]
  const inputIds = new Int32Array(examples.length * tokens).fill(padTokenId)
  const tokenTypeIds = new Int32Array(examples.length * tokens)
  const isReal = new Float32Array(examples.length * tokens)
  examples.forEach((example, row) => {
    inputIds.set(example.inputIds, row * tokens)
    tokenTypeIds.set(example.tokenTypeIds, row * tokens)
    isReal.fill(1, row * tokens, row * tokens + example.inputIds.length)
  })
  const labels = examples.map((example) => example.label ?? 0)
  return {
    inputs: {
      inputIds: tf.tensor2d(inputIds, shape, 'int32'),
      tokenTypeIds: tf.tensor2d(tokenTypeIds, shape, 'int32'),
      isReal: tf.tensor2d(isReal, shape, 'float32'),
    },
    targets:
      kind === 'regression'
        ? { kind, scores: tf.tensor1d(labels, 'float32') }
        : { kind, labels: tf.tensor1d(labels, 'int32') },
    realTokens,
  }
}

/**
 * Real and padding tokens of a batch.
 *
 * @param batch the batch
 */
export function batchSize(batch: Batch): BatchSize {
  const [examples, length] = batch.inputs.inputIds.shape
  const tokens = batch.realTokens.reduce((sum, n) => sum + n, 0)
  return { examples, tokens, paddedTokens: examples * length - tokens }
}

/**
 * Frees a batch's tensors.
 *
 * @param batch the batch
 */
export function disposeBatch(batch: Batch): void {
  const { inputs, targets } = batch
  tf.dispose([inputs.inputIds, inputs.tokenTypeIds, inputs.isReal])
  tf.dispose(targets.kind === 'regression' ? targets.scores : targets.labels)
}
