/** Which candidates are dropped this time. */
import * as tf from '@tensorflow/tfjs'
import type { Attribution } from '../../attribution/attribution.ts'
import type { KeepMask } from '../../models/forward-options.ts'
import type { AdDropConfig } from '@shared/config/methods/ad-drop.ts'

/**
 * What happens to a row of a real query that would lose every position.
 *
 * `keep-row` drops nothing in it (default); `keep-top-1` keeps the position of highest attribution; `literal` leaves it
 * as it is, and its attention spreads over every column, padding included: evenly with float32's lowest value for masked
 * scores, as if nothing were masked with −10,000.
 */
export type AllDroppedRowPolicy = AdDropConfig['allDroppedRows']

/**
 * Keep mask from protected positions and uniform numbers.
 *
 * @equation  keep = real ∧ (protected ∨ u ≥ q), u ~ U[0, 1): every candidate is dropped with probability q
 * @source    AD-DROP Eq. 7; there u is a Bernoulli(1 − q) draw and m = −∞ ⇔ s + u = 0
 * @param isProtected bool [B, H, T, S]
 * @param uniform float32 [B, H, T, S] in [0, 1)
 * @param isReal float32 [B, S]; 1 = real token
 * @param discardRate q in [0, 1]
 * @returns float32 [B, H, T, S] of 0 and 1
 * @ownership Caller disposes the result.
 */
export function drawKeepMask(
  isProtected: tf.Tensor4D,
  uniform: tf.Tensor4D,
  isReal: tf.Tensor2D,
  discardRate: number,
): KeepMask {
  const survives = tf.logicalOr(isProtected, tf.greaterEqual(uniform, discardRate))
  return tf.mul(tf.cast(survives, 'float32'), realColumns(isReal))
}

/**
 * Keep mask of random dropping (RD), which needs no attribution.
 *
 * @equation  dropped ⇔ u < p·q, at every real column
 * @source    AD-DROP's released code, which drops where two draws, of probabilities p and q, coincide; the paper's text
 *            speaks of a random candidate region
 * @differs   One draw of the product's probability instead of two. The number of candidates in a row varies with mean
 *            p·n instead of being fixed.
 * @param uniform float32 [B, H, T, S] in [0, 1)
 * @param isReal float32 [B, S]; 1 = real token
 * @param candidateRegionRatio p in [0, 1]
 * @param discardRate q in [0, 1]
 * @returns float32 [B, H, T, S] of 0 and 1
 * @ownership Caller disposes the result.
 */
export function drawRandomKeepMask(
  uniform: tf.Tensor4D,
  isReal: tf.Tensor2D,
  candidateRegionRatio: number,
  discardRate: number,
): KeepMask {
  const survives = tf.greaterEqual(uniform, candidateRegionRatio * discardRate)
  return tf.mul(tf.cast(survives, 'float32'), realColumns(isReal))
}

/**
 * Settles the rows that would lose every position.
 *
 * @differs   The paper leaves them to the softmax of all −∞, which is undefined; see `AllDroppedRowPolicy`.
 * @param keepMask float32 [B, H, T, S]
 * @param isReal float32 [B, S]
 * @param policy what to do
 * @param attribution float32 [B, H, T, S], or random numbers where nothing is attributed; needed by `keep-top-1`
 * @returns float32 [B, H, T, S]; under the first two policies every row keeps a real position
 * @ownership Caller disposes the result; `keepMask` is left alone.
 */
export function settleAllDroppedRows(
  keepMask: KeepMask,
  isReal: tf.Tensor2D,
  policy: AllDroppedRowPolicy,
  attribution?: Attribution,
): KeepMask {
  if (policy === 'literal') return tf.clone(keepMask)
  const real = realColumns(isReal)
  const isEmpty = tf.cast(tf.equal(tf.max(keepMask, -1, true), 0), 'float32')
  const fallback = policy === 'keep-top-1' ? highest(attribution!, real) : real
  return tf.maximum<tf.Tensor4D>(keepMask, tf.mul(isEmpty, fallback))
}

/** 1 at the highest attribution of each row's real columns (first on ties), else 0: float32 [B, H, T, S]. */
function highest(attribution: Attribution, real: tf.Tensor4D): tf.Tensor4D {
  const onlyReal = tf.where(tf.greater(real, 0), attribution, tf.fill(attribution.shape, -Infinity))
  const columns = tf.range(0, attribution.shape[3], 1, 'int32')
  const place = tf.expandDims(tf.argMax(onlyReal, -1), -1)
  return tf.cast<tf.Tensor4D>(tf.equal(columns, place), 'float32')
}

/** float32 [B, 1, 1, S] */
function realColumns(isReal: tf.Tensor2D): tf.Tensor4D {
  return tf.reshape(isReal, [isReal.shape[0], 1, 1, isReal.shape[1]])
}
