/** Training losses. */
import * as tf from '@tensorflow/tfjs'

/**
 * Gold labels of a batch: int32 [B] class indices, or float32 [B] scores. `weights` (float32 [B], summing to 1) is each
 * example's share of the mean; rows that only fill a batch up have weight 0. Absent = equal shares.
 */
export type Targets = { readonly weights?: tf.Tensor1D } & (
  | { readonly kind: 'classification'; readonly labels: tf.Tensor1D }
  | { readonly kind: 'regression'; readonly scores: tf.Tensor1D }
)

/**
 * The loss a task is trained with, averaged over the batch's examples.
 *
 * @equation  classification: L = −(1/B) Σ log softmax(logits)[label]; regression: L = (1/B) Σ (logit − score)²
 * @param logits  float32 [B, C]; C = 1 for regression
 * @param targets gold labels or scores
 * @returns float32 scalar
 */
export function taskLoss(logits: tf.Tensor2D, targets: Targets): tf.Scalar {
  return meanLoss(exampleLosses(logits, targets), targets)
}

/**
 * Mean over the examples.
 *
 * @param losses float32 [B], see `exampleLosses`
 * @param targets for the examples' shares
 * @returns float32 scalar
 */
export function meanLoss(losses: tf.Tensor1D, targets: Targets): tf.Scalar {
  const { weights } = targets
  return weights === undefined ? tf.mean(losses) : tf.sum(tf.mul(losses, weights))
}

/**
 * The loss of every example by itself.
 *
 * @param logits  float32 [B, C]; C = 1 for regression
 * @param targets gold labels or scores
 * @returns float32 [B]
 */
export function exampleLosses(logits: tf.Tensor2D, targets: Targets): tf.Tensor1D {
  if (targets.kind === 'regression') {
    return tf.square(tf.sub<tf.Tensor1D>(tf.reshape(logits, [-1]), targets.scores))
  }
  return tf.neg(
    tf.sum<tf.Tensor1D>(tf.mul(oneHot(targets.labels, logits.shape[1]), tf.logSoftmax(logits)), -1),
  )
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
