/** The attributed scalar of a task that labels every token. */
import * as tf from '@tensorflow/tfjs'
import { withGradient } from '../tensors/with-gradient.ts'

/**
 * The attributed scalar F of token-level tasks: one for all tokens, so that each attention map has one attribution.
 *
 * @equation  F = −L = (1/n) Σ log softmax(logits)[c] over the n tokens that count; c is each token's prediction (argmax,
 *            first on ties) or its gold label
 * @source    AD-DROP appendix A (negative loss); released code for NER: real tokens, special tokens and parts of words
 *            included, count with pseudo-labels
 * @param logits float32 [B, T, C]
 * @param counts float32 [B, T] of 0 and 1; 1 = the token counts: with pseudo-labels real tokens, with gold labels those
 *        that have one. At least one does.
 * @param labels gold labels, int32 [B, T], where gold labels are attributed (any class where a token does not count);
 *        null = pseudo-labels
 * @returns float32 scalar
 */
export function tokenAttributionScalar(
  logits: tf.Tensor3D,
  counts: tf.Tensor2D,
  labels: tf.Tensor2D | null,
): tf.Scalar {
  // The choice of labels is a constant: no gradient flows through argmax.
  return withGradient<tf.Scalar>(
    { logits },
    (keep) => {
      const chosen = tf.cast(
        tf.oneHot(labels ?? tf.argMax<tf.Tensor2D>(logits, -1), logits.shape[2]),
        'float32',
      )
      const shares = tf.expandDims(tf.div(counts, tf.sum(counts)), -1)
      const logProbabilities = tf.logSoftmax(logits)
      keep(chosen, shares, logProbabilities)
      return tf.sum(tf.mul(tf.mul(logProbabilities, chosen), shares))
    },
    (dF, [chosen, shares, logProbabilities]) => ({
      logits: () => tf.mul(dF, tf.mul(shares!, tf.sub(chosen!, tf.exp(logProbabilities!)))),
    }),
  )
}
