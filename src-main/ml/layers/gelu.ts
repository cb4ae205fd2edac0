/** The Gaussian error linear unit with its gradient in closed form. */
import * as tf from '@tensorflow/tfjs'
import { withGradient } from '../tensors/with-gradient.ts'

const inverseSqrtTwoPi = 1 / Math.sqrt(2 * Math.PI)

/**
 * Gaussian error linear unit, exact form.
 *
 * @equation  y = x·Φ(x), Φ(x) = (1 + erf(x/√2)) / 2
 * @equation  dy/dx = Φ(x) + x·φ(x), φ(x) = exp(−x²/2) / √(2π)
 * @source    Hendrycks and Gimpel 2016, arXiv:1606.08415
 * @param values float32, any shape
 * @returns float32 of the same shape
 */
export function gelu<Value extends tf.Tensor>(values: Value): Value {
  return withGradient<Value>(
    { values },
    (keep) => {
      keep(values)
      return tf.mul(values, cumulative(values))
    },
    (dy, [x]) => ({
      values: () => {
        const density = tf.mul(tf.exp(tf.mul(tf.square(x!), -0.5)), inverseSqrtTwoPi)
        return tf.mul(dy, tf.add(cumulative(x!), tf.mul(x!, density)))
      },
    }),
  )
}

/** Φ(x), the standard normal distribution's cumulative probability. */
function cumulative(x: tf.Tensor): tf.Tensor {
  return tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5)
}
