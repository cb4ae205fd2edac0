/** Affine maps. */
import * as tf from '@tensorflow/tfjs'

/**
 * Affine map of every row.
 *
 * Weights keep the layout of Hugging Face checkpoints, so that nothing is transposed on the way in or out.
 *
 * @equation  y = x·Wᵀ + b
 * @param rows    float32 [N, I]
 * @param weight  float32 [O, I]
 * @param bias    float32 [O]
 * @returns float32 [N, O]
 */
export function linear(rows: tf.Tensor2D, weight: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor2D {
  return tf.add(tf.matMul(rows, weight, false, true), bias)
}
