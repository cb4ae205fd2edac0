/** What a dropout pattern multiplies hidden states by. */
import * as tf from '@tensorflow/tfjs'
import type { PassRandom } from '../../random/uniform-source.ts'

/** Uniform numbers of a pattern, one tensor for each way of sharing, so that the pattern may be data. */
export interface PatternDraws {
  /** Where stretches begin; float32 [B, 1, 1]. */
  readonly offset: tf.Tensor3D
  /** float32 [B, T, E] */
  readonly own: tf.Tensor3D
  /** Shared by all tokens of an example; float32 [B, 1, E]. */
  readonly ofUnits: tf.Tensor3D
  /** Shared by all units of a token; float32 [B, T, 1]. */
  readonly ofTokens: tf.Tensor3D
  /** Shared by both; float32 [B, 1, 1]. */
  readonly ofExamples: tf.Tensor3D
}

/**
 * The uniform numbers of a place.
 *
 * @param random numbers of the mask
 * @param site name of the place
 * @param size B, T, E
 */
export function patternDraws(
  random: PassRandom,
  site: string,
  size: readonly [number, number, number],
): PatternDraws {
  const [examples, tokens, units] = size
  const draw = (what: string, ofTokens: number, ofUnits: number): tf.Tensor3D =>
    random.uniform([examples, ofTokens, ofUnits], `auto-dropout.${site}.${what}`) as tf.Tensor3D
  return {
    offset: draw('offset', 1, 1),
    own: draw('own', tokens, units),
    ofUnits: draw('units', 1, units),
    ofTokens: draw('tokens', tokens, 1),
    ofExamples: draw('example', 1, 1),
  }
}

/**
 * What hidden states are multiplied by.
 *
 * @equation  f = 1 + A·(M/(1 − q) − 1); A = 1 where (t + o) mod (size + stride) < size, o uniform over 0 … size + stride − 1,
 *            for every example; M ~ Bernoulli(1 − q) for every token and unit, shared by what `share_t`, `share_c` say
 * @param pattern size, stride, share_t, share_c (0 or 1) as float32 [4]: data, which decides no shape
 * @param draws uniform numbers
 * @param isReal float32 [B, T]; 1 = real token
 * @param dropRate q, in [0, 1)
 * @returns float32 [B, T, E]; exactly 1 where the pattern does not reach and at padding
 */
export function patternFactors(
  pattern: tf.Tensor1D,
  draws: PatternDraws,
  isReal: tf.Tensor2D,
  dropRate: number,
): tf.Tensor3D {
  const entry = (at: number): tf.Tensor3D => tf.reshape(tf.slice(pattern, [at], [1]), [1, 1, 1])
  const [size, stride, shareTokens, shareUnits] = [entry(0), entry(1), entry(2), entry(3)]
  const period = tf.maximum(tf.add(size, stride), 1)
  const tokens = isReal.shape[1]
  const places = tf.add(
    tf.reshape(tf.range(0, tokens), [1, tokens, 1]),
    tf.floor(tf.mul(draws.offset, period)),
  )
  // Half a token aside from the borders, where a rounded quotient could fall on either side.
  const periodsBefore = tf.floor(tf.div(tf.add(places, 0.5), period))
  const within = tf.sub(places, tf.mul(periodsBefore, period))
  const isAffected = tf.mul(tf.cast(tf.less(within, size), 'float32'), tf.expandDims(isReal, 2))
  const either = (share: tf.Tensor3D, shared: tf.Tensor3D, own: tf.Tensor3D): tf.Tensor3D =>
    tf.add(tf.mul(share, shared), tf.mul(tf.sub(1, share), own))
  const numbers = either(
    shareTokens,
    either(shareUnits, draws.ofExamples, draws.ofUnits),
    either(shareUnits, draws.ofTokens, draws.own),
  )
  const isKept = tf.cast(tf.greaterEqual(numbers, dropRate), 'float32')
  return tf.add(1, tf.mul(isAffected, tf.sub(tf.mul(isKept, 1 / (1 - dropRate)), 1)))
}
