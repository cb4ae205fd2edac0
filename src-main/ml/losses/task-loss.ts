/** Training losses. */
import * as tf from '@tensorflow/tfjs'

/** Gold labels of a batch: int32 [B] class indices, or float32 [B] scores. */
export type Targets =
  | { readonly kind: 'classification'; readonly labels: tf.Tensor1D }
  | { readonly kind: 'regression'; readonly scores: tf.Tensor1D }

/**
 * The loss a task is trained with, averaged over the batch.
 *
 * @equation  classification: L = −(1/B) Σ log softmax(logits)[label]; regression: L = (1/B) Σ (logit − score)²
 * @param logits  float32 [B, C]; C = 1 for regression
 * @param targets gold labels or scores
 * @returns float32 scalar
 */
export function taskLoss(logits: tf.Tensor2D, targets: Targets): tf.Scalar {
  if (targets.kind === 'regression') {
    return tf.mean(tf.square(tf.sub(tf.reshape(logits, [-1]), targets.scores)))
  }
  return tf.neg(tf.mean(tf.sum(tf.mul(oneHot(targets.labels, logits.shape[1]), tf.logSoftmax(logits)), -1)))
}

/**
 * One-hot rows.
 *
 * @param labels int32 [B], each in [0, C)
 * @param classes C
 * @returns float32 [B, C]
 */
export function oneHot(labels: tf.Tensor1D, classes: number): tf.Tensor2D {
  return tf.cast<tf.Tensor2D>(tf.oneHot(labels, classes) as tf.Tensor2D, 'float32')
}
