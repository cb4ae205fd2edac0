/** Plain ("vanilla") dropout. */
import * as tf from '@tensorflow/tfjs'
import { withGradient } from '../tensors/with-gradient.ts'
import type { PassRandom } from '../random/uniform-source.ts'

/**
 * Inverted dropout: zeroes each entry with probability `dropProbability` and scales the rest.
 *
 * @equation  y = x·m / (1 − p), m ~ Bernoulli(1 − p)
 * @source    Srivastava et al. 2014, JMLR 15, section 4
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
  return withGradient<Value>(
    { values },
    (keep) => {
      const kept = tf.greaterEqual(random.uniform(values.shape, site), dropProbability)
      const scale = tf.mul(tf.cast(kept, 'float32'), 1 / (1 - dropProbability))
      keep(scale)
      return tf.mul(values, scale)
    },
    (dy, [scale]) => ({ values: () => tf.mul(dy, scale!) }),
  )
}
