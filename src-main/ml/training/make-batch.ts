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

/** Shape of a batch that is larger than its examples need. */
export interface BatchShape {
  /** B; rows beyond the examples are fillers of one token, with weight 0 in the loss. */
  readonly rows: number
  /** T */
  readonly tokens: number
}

/**
 * A batch, padded on the right.
 *
 * @param examples at least one
 * @param kind what the labels are
 * @param padTokenId id of padding
 * @param shape rows and tokens; as many as the examples, and their longest, when left out
 * @returns tensors [B, T] and [B]; unlabelled examples get label 0
 * @ownership Caller disposes the tensors (see `disposeBatch`).
 */
export function makeBatch(
  examples: readonly EncodedExample[],
  kind: 'classification' | 'regression',
  padTokenId: number,
  shape: BatchShape = { rows: examples.length, tokens: longest(examples) },
): Batch {
  const { rows, tokens } = shape
  const inputIds = new Int32Array(rows * tokens).fill(padTokenId)
  const tokenTypeIds = new Int32Array(rows * tokens)
  const isReal = new Float32Array(rows * tokens)
  const labels = new Float32Array(rows)
  const weights = new Float32Array(rows).fill(1 / examples.length, 0, examples.length)
  for (let row = 0; row < rows; row++) {
    const example = examples[row]
    inputIds.set(example?.inputIds ?? [], row * tokens)
    tokenTypeIds.set(example?.tokenTypeIds ?? [], row * tokens)
    isReal.fill(1, row * tokens, row * tokens + (example?.inputIds.length ?? 1))
    labels[row] = example?.label ?? 0
  }
  const share = { weights: tf.tensor1d(weights) }
  return {
    inputs: {
      inputIds: tf.tensor2d(inputIds, [rows, tokens], 'int32'),
      tokenTypeIds: tf.tensor2d(tokenTypeIds, [rows, tokens], 'int32'),
      isReal: tf.tensor2d(isReal, [rows, tokens], 'float32'),
    },
    targets:
      kind === 'regression'
        ? { kind, scores: tf.tensor1d(labels, 'float32'), ...share }
        : { kind, labels: tf.tensor1d(Int32Array.from(labels), 'int32'), ...share },
  }
}

/** Tokens of the longest example. */
function longest(examples: readonly EncodedExample[]): number {
  return Math.max(...examples.map((example) => example.inputIds.length))
}

/**
 * Real and padding tokens of a batch.
 *
 * @param examples its examples
 * @param length tokens they are padded to; their longest when left out
 */
export function batchSize(examples: readonly EncodedExample[], length = longest(examples)): BatchSize {
  const tokens = examples.reduce((sum, example) => sum + example.inputIds.length, 0)
  return { examples: examples.length, tokens, paddedTokens: examples.length * length - tokens }
}

/**
 * Frees a batch's tensors.
 *
 * @param batch the batch
 */
export function disposeBatch(batch: Batch): void {
  const { inputs, targets } = batch
  tf.dispose([inputs.inputIds, inputs.tokenTypeIds, inputs.isReal])
  tf.dispose([
    targets.kind === 'regression' ? targets.scores : targets.labels,
    ...(targets.weights ? [targets.weights] : []),
  ])
}
