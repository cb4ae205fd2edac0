/** The number whose gradient with respect to the attention weights is the attribution. */
import * as tf from '@tensorflow/tfjs'
import { withGradient } from '../tensors/with-gradient.ts'
import { oneHot, taskLoss, type Targets } from '../losses/task-loss.ts'

/** Label that is attributed: the model's own prediction, or the gold label. */
export type AttributionTarget = 'pseudo-label' | 'gold-label'

/**
 * The attributed scalar F of a batch. Examples do not interact, so its gradient holds every example's own.
 *
 * @equation  classification: F = Σ logits[c], c = argmax logits (first on ties) or the gold label
 * @equation  regression: F = −L, the negative mean squared error (the gold score enters)
 * @source    AD-DROP Eq. 4 and 5; regression: its appendix A (negative loss)
 * @param logits  float32 [B, C]
 * @param targets gold labels or scores
 * @param target  whose logit; regression has only one choice
 * @returns float32 scalar
 */
export function attributionScalar(
  logits: tf.Tensor2D,
  targets: Targets,
  target: AttributionTarget,
): tf.Scalar {
  if (targets.kind === 'regression') return tf.neg(taskLoss(logits, targets))
  // The choice of the label is a constant: no gradient flows through argmax.
  return withGradient<tf.Scalar>(
    { logits },
    (keep) => {
      const labels = target === 'gold-label' ? targets.labels : tf.argMax<tf.Tensor1D>(logits, -1)
      const chosen = oneHot(labels, logits.shape[1])
      keep(chosen)
      return tf.sum(tf.mul(logits, chosen))
    },
    (dF, [chosen]) => ({ logits: () => tf.mul(dF, chosen!) }),
  )
}
