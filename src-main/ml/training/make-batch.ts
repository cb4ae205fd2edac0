/** Examples to tensors. */
import * as tf from '@tensorflow/tfjs'
import { lossShare, type EncodedExample } from '../heads/encoded-example.ts'
import { headOf } from '../heads/head-table.ts'
import type { ModelConfig } from '../models/model-config.ts'
import type { Batch } from '../regularizers/regularizer.ts'

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
 * @param config the kind of task, which says what the labels are, and the id of padding
 * @param shape rows and tokens; as many as the examples, and their longest, when left out
 * @returns tensors [B, T] and [B]; see `LabelField` for what has no label
 * @ownership Caller disposes the tensors (see `disposeBatch`).
 */
export function makeBatch(
  examples: readonly EncodedExample[],
  config: Pick<ModelConfig, 'taskKind' | 'padTokenId'>,
  shape: BatchShape = { rows: examples.length, tokens: longest(examples) },
): Batch {
  const { rows, tokens } = shape
  const head = headOf(config.taskKind)
  const { none, dtype, per } = head.labels
  const labelsEach = per === 'token' ? tokens : 1
  const inputIds = new Int32Array(rows * tokens).fill(config.padTokenId)
  const tokenTypeIds = new Int32Array(rows * tokens)
  const isReal = new Float32Array(rows * tokens)
  const labels = new Float32Array(rows * labelsEach).fill(none)
  const weights = new Float32Array(rows)
  const shares = examples.map(lossShare)
  const allShares = shares.reduce((sum, share) => sum + share, 0)
  for (let row = 0; row < rows; row++) {
    const example = examples[row]
    inputIds.set(example?.inputIds ?? [], row * tokens)
    tokenTypeIds.set(example?.tokenTypeIds ?? [], row * tokens)
    isReal.fill(1, row * tokens, row * tokens + (example?.inputIds.length ?? 1))
    labels.set(example === undefined ? [] : head.labels.of(example), row * labelsEach)
    weights[row] = allShares === 0 ? 0 : (shares[row] ?? 0) / allShares
  }
  const inputs = {
    inputIds: tf.tensor2d(inputIds, [rows, tokens], 'int32'),
    tokenTypeIds: tf.tensor2d(tokenTypeIds, [rows, tokens], 'int32'),
    isReal: tf.tensor2d(isReal, [rows, tokens], 'float32'),
  }
  const values = dtype === 'int32' ? Int32Array.from(labels) : labels
  const gold = tf.tensor(values, per === 'token' ? [rows, tokens] : [rows], dtype)
  return { inputs, targets: head.targets(gold, tf.tensor1d(weights), inputs) }
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
  tf.dispose([targets.labels, ...(targets.weights ? [targets.weights] : [])])
}
