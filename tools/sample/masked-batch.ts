/** A batch of texts with hidden tokens. */
import * as tf from '@tensorflow/tfjs'
import { makeBatch } from '@main/ml/training/make-batch.ts'
import type { EncoderInputs } from '@main/ml/models/forward-options.ts'
import { maskTokens } from './token-masking.ts'
import type { MaskingVocabulary } from './token-masking.ts'
import type { RandomStream } from './random-stream.ts'

/** One batch on the backend. */
export interface MaskedBatch {
  readonly inputs: EncoderInputs
  /** Rows of [B·T] that hold a token to restore; int32 [M]. */
  readonly rows: tf.Tensor1D
  /** Original ids of those tokens; int32 [M]. */
  readonly targets: tf.Tensor1D
}

/**
 * Hides tokens of some texts and puts them on the backend.
 *
 * @param texts ids of each text, special tokens included
 * @param vocabulary special tokens and size
 * @param random source of the hidden tokens
 * @ownership Made inside `tf.tidy`, or disposed by the caller.
 */
export function maskedBatch(
  texts: readonly (readonly number[])[],
  vocabulary: MaskingVocabulary,
  random: RandomStream,
): MaskedBatch {
  const masked = texts.map((text) => maskTokens(text, vocabulary, random))
  const { inputs, targets: unused } = makeBatch(
    masked.map(({ inputIds }) => ({ inputIds, tokenTypeIds: inputIds.map(() => 0) })),
    { taskKind: 'classification', padTokenId: vocabulary.padTokenId },
  )
  unused.labels.dispose()
  const tokens = inputs.inputIds.shape[1]
  return {
    inputs,
    rows: tf.tensor1d(
      masked.flatMap(({ positions }, text) => positions.map((position) => text * tokens + position)),
      'int32',
    ),
    targets: tf.tensor1d(
      masked.flatMap(({ targets }) => targets),
      'int32',
    ),
  }
}
