/** The mean of the examples' losses. */
import * as tf from '@tensorflow/tfjs'

/**
 * Mean over the examples.
 *
 * @param losses float32 [B]
 * @param weights each example's share, float32 [B] summing to 1; equal shares when left out
 * @returns float32 scalar
 */
export function meanOf(losses: tf.Tensor1D, weights?: tf.Tensor1D): tf.Scalar {
  return weights === undefined ? tf.mean(losses) : tf.sum(tf.mul(losses, weights))
}
