/** Layer normalisation with its gradient in closed form. */
import * as tf from '@tensorflow/tfjs'
import { withGradient } from '../tensors/with-gradient.ts'

/**
 * Layer normalisation over the last axis.
 *
 * @equation  y = (x − mean(x)) / √(var(x) + eps) · gamma + beta
 * @equation  dx = r·(g − mean(g) − x̂·mean(g·x̂)), g = dy·gamma, r = 1/√(var + eps), x̂ = (x − mean)·r
 * @source    Ba, Kiros and Hinton 2016, arXiv:1607.06450, Eq. 4
 * @param rows   float32 [N, E]
 * @param gamma  float32 [E]
 * @param beta   float32 [E]
 * @param epsilon added to the variance
 * @returns float32 [N, E]
 */
export function layerNorm(
  rows: tf.Tensor2D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
): tf.Tensor2D {
  return withGradient<tf.Tensor2D>(
    { rows, gamma, beta },
    (keep) => {
      const centered = tf.sub(rows, tf.mean(rows, -1, true))
      const inverseDeviation = tf.rsqrt(tf.add(tf.mean(tf.square(centered), -1, true), epsilon))
      const normalized = tf.mul(centered, inverseDeviation)
      keep(normalized, inverseDeviation, gamma)
      return tf.add(tf.mul(normalized, gamma), beta)
    },
    (dy, [normalized, inverseDeviation, scale]) => ({
      rows: () => {
        const g = tf.mul(dy, scale!)
        const meanG = tf.mean(g, -1, true)
        const meanGX = tf.mean(tf.mul(g, normalized!), -1, true)
        return tf.mul(tf.sub(tf.sub(g, meanG), tf.mul(normalized!, meanGX)), inverseDeviation!)
      },
      gamma: () => tf.sum(tf.mul(dy, normalized!), 0),
      beta: () => tf.sum(dy, 0),
    }),
  )
}
