/** Softmax attention and the additive form of its masks. */
import * as tf from '@tensorflow/tfjs'
import { checkShape } from '../tensors/shape-mismatch.ts'
import { withGradient } from '../tensors/with-gradient.ts'

/** Lowest finite float32: a score of it gets probability exactly 0 beside any ordinary score. */
export const float32Lowest = -3.4028234663852886e38

/** What the released code of AD-DROP adds to the score of a masked position. */
export const releasedMaskedScore = -10_000

/**
 * Additive form of a keep mask.
 *
 * @equation  bias = 0 where kept, `maskedScore` where not
 * @differs   The paper (Eq. 7) adds −∞; a finite value keeps a row defined that loses every position. The released code
 *            adds −10,000, which leaves such a row as if it were not masked at all.
 * @param keepMask float32 of 0 and 1, any shape (1 = keep)
 * @param maskedScore what is added to the score of a masked position; float32's lowest value when left out
 * @returns float32 of the same shape
 */
export function attentionBias<Mask extends tf.Tensor>(keepMask: Mask, maskedScore = float32Lowest): Mask {
  return tf.mul(tf.sub(1, keepMask), maskedScore)
}

/**
 * Attention weights of every head: how much each query token reads from each key token.
 *
 * @equation  A = softmax(Q·Kᵀ / √D + bias), softmax over S
 * @source    Vaswani et al. 2017, arXiv:1706.03762, Eq. 1
 * @param query float32 [B, H, T, D]
 * @param key   float32 [B, H, S, D]
 * @param bias  float32, broadcastable to [B, H, T, S]; see `attentionBias`
 * @returns float32 [B, H, T, S], rows sum to 1
 * @throws ShapeMismatch when heads or head sizes disagree
 */
export function attentionWeights(query: tf.Tensor4D, key: tf.Tensor4D, bias: tf.Tensor4D): tf.Tensor4D {
  const [batch, heads, , headSize] = query.shape
  checkShape('key', key.shape, [batch, heads, -1, headSize], '[B, H, S, D]')
  // The factor goes on the query, which is smaller than the scores.
  const scaled = tf.mul<tf.Tensor4D>(query, 1 / Math.sqrt(headSize))
  return biasedSoftmax(tf.matMul(scaled, key, false, true), bias)
}

/**
 * Softmax of biased scores with its gradient in closed form; keeps nothing but its result.
 *
 * @equation  A = softmax(S + bias); dS = A ⊙ (dA − Σ dA ⊙ A)
 * @param scores float32 [B, H, T, S]
 * @param bias   float32, broadcastable to it; a constant
 * @returns float32 [B, H, T, S]
 */
function biasedSoftmax(scores: tf.Tensor4D, bias: tf.Tensor4D): tf.Tensor4D {
  return withGradient<tf.Tensor4D>(
    { scores },
    (keep) => {
      const weights = tf.softmax(tf.add<tf.Tensor4D>(scores, bias))
      keep(weights)
      return weights
    },
    (dA, [weights]) => ({
      scores: () => {
        const weighted = tf.mul(dA, weights!)
        return tf.sub(weighted, tf.mul(weights!, tf.sum(weighted, -1, true)))
      },
    }),
  )
}

/**
 * Rows of hidden states as one matrix per head.
 *
 * @param rows float32 [B·T, E]
 * @param batch B
 * @param heads H, a divisor of E
 * @returns float32 [B, H, T, D] with D = E / H
 */
export function splitHeads(rows: tf.Tensor2D, batch: number, heads: number): tf.Tensor4D {
  const tokens = rows.shape[0] / batch
  return tf.transpose(tf.reshape(rows, [batch, tokens, heads, rows.shape[1] / heads]), [0, 2, 1, 3])
}

/**
 * The inverse of `splitHeads`.
 *
 * @param states float32 [B, H, T, D]
 * @returns float32 [B·T, H·D]
 */
export function mergeHeads(states: tf.Tensor4D): tf.Tensor2D {
  const [batch, heads, tokens, headSize] = states.shape
  return tf.reshape(tf.transpose(states, [0, 2, 1, 3]), [batch * tokens, heads * headSize])
}
