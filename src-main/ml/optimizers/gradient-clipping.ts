/** Gradients kept from making one update too large. */
import * as tf from '@tensorflow/tfjs'

/** As in PyTorch: keeps the quotient finite for gradients of zero. */
const epsilon = 1e-6

/**
 * Scales all gradients by one factor such that, taken as one vector, they are no longer than `maxNorm`. Operations only, no
 * value is read out, so that a step that contains it can be recorded as a graph.
 *
 * @equation  g ← g · min(1, c/(‖g‖₂ + 10⁻⁶)), the norm over all weights together
 * @source    torch.nn.utils.clip_grad_norm_ (norm_type 2)
 * @param gradients dL/dw by weight name, float32; borrowed
 * @param maxNorm c, positive
 * @returns clipped gradients by the same names, of the same shapes; a gradient that is NaN anywhere makes all of them NaN
 * @ownership Caller disposes (or runs inside `tf.tidy`).
 */
export function clipByGlobalNorm(
  gradients: ReadonlyMap<string, tf.Tensor>,
  maxNorm: number,
): ReadonlyMap<string, tf.Tensor> {
  if (gradients.size === 0) return gradients
  const factor = tf.tidy(() => {
    const squaredNorm = [...gradients.values()]
      .map((gradient) => tf.sum(tf.square(gradient)))
      .reduce((sum, square) => tf.add(sum, square))
    return tf.minimum(tf.div(maxNorm, tf.add(tf.sqrt(squaredNorm), epsilon)), 1)
  })
  const clipped = new Map([...gradients].map(([name, gradient]) => [name, tf.mul(gradient, factor)]))
  factor.dispose()
  return clipped
}
