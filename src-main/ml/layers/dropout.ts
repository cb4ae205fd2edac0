/** Plain ("vanilla") dropout. */
import * as tf from '@tensorflow/tfjs'
import { withGradient } from '../tensors/with-gradient.ts'
import type { PassRandom } from '../random/uniform-source.ts'

/**
 * Inverted dropout: zeroes each entry with probability `dropProbability` and scales the rest.
 *
 * @equation  y = x·m / (1 − p), m ~ Bernoulli(1 − p)
 * @source    Srivastava et al. 2014, JMLR 15
 * @param values float32, any shape
 * @param dropProbability in [0, 1)
 * @param random numbers of this pass; none = evaluation, `values` come back unchanged
 * @param site name of the place, for the random numbers
 * @returns float32 of the same shape
 */
export function dropout<Value extends tf.Tensor>(
  values: Value,
  dropProbability: number,
  random: PassRandom | undefined,
  site: string,
): Value {
  if (random === undefined || dropProbability === 0) return values
  const scale = (shape: readonly number[]): tf.Tensor => {
    const isKept = tf.greaterEqual(random.uniform(shape, site), dropProbability)
    return tf.mul(tf.cast(isKept, 'float32'), 1 / (1 - dropProbability))
  }
  return withGradient<Value>(
    { values },
    () => tf.mul(values, scale(values.shape)),
    // Drawn again instead of kept: a hash costs less than the memory.
    (dy) => ({ values: () => tf.mul(dy, scale(dy.shape)) }),
  )
}
