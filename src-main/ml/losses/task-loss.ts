/** Training losses, by the batch's kind of task. */
import { headOf } from '../heads/head-table.ts'
import { meanOf } from './mean-loss.ts'
import type * as tf from '@tensorflow/tfjs'
import type { Targets } from '../heads/targets.ts'

/**
 * The loss a task is trained with: the mean of the examples' losses by their shares.
 *
 * @param logits  float32 [R, C], see `TaskHead`
 * @param targets gold labels
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
  return meanOf(losses, targets.weights)
}

/**
 * The loss of every example by itself.
 *
 * @param logits  float32 [R, C]
 * @param targets gold labels
 * @returns float32 [B]
 */
export function exampleLosses(logits: tf.Tensor2D, targets: Targets): tf.Tensor1D {
  return headOf(targets.kind).losses(logits, targets)
}
