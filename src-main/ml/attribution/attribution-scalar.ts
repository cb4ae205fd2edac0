/** The number whose gradient with respect to the attention weights is the attribution. */
import { headOf } from '../heads/head-table.ts'
import type * as tf from '@tensorflow/tfjs'
import type { AttributedLabels } from '../heads/task-head.ts'
import type { Targets } from '../heads/targets.ts'

/**
 * The attributed scalar F of a batch, by its kind of task.
 *
 * @param logits  float32 [R, C], see `TaskHead`
 * @param targets gold labels
 * @param labels  whose logit or probability
 * @returns float32 scalar
 */
export function attributionScalar(
  logits: tf.Tensor2D,
  targets: Targets,
  labels: AttributedLabels,
): tf.Scalar {
  return headOf(targets.kind).attributed(logits, targets, labels)
}
