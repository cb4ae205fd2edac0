/** The candidate discard region: which attention positions AD-DROP may drop. */
import * as tf from '@tensorflow/tfjs'
import { float32Lowest } from '../../layers/attention-weights.ts'
import { kthSmallest } from '../../tensors/kth-smallest.ts'
import type { AdDropConfig } from '@shared/config/methods/ad-drop.ts'
import type { Attribution } from '../../attribution/attribution.ts'

/** Which end of the ranking may be dropped. */
export type Discards = AdDropConfig['discards']

/** Arithmetic of k; the fields say what each gives. */
export type IndexRule = AdDropConfig['indexRule']

/**
 * Number of protected positions in a row, or for `low-attribution` the number of candidates.
 *
 * @equation  k = ⌊n·(1 − p)⌋ (high), ⌊n·p⌋ (low)
 * @source    AD-DROP Eq. 6; the released code computes it in float32, which is exact for p = 0.1 … 0.9 and n ≤ 512. Double
 *            precision is one too small in 160 of these 4,608 cases (for instance 0.3, 90).
 * @param realTokens n, real tokens of the example
 * @param candidateRegionRatio p in (0, 1)
 * @param discards which end is dropped
 * @param rule arithmetic
 * @returns an integer in [0, n]
 */
export function thresholdIndex(
  realTokens: number,
  candidateRegionRatio: number,
  discards: Discards,
  rule: IndexRule = 'float32',
): number {
  const share = discards === 'high-attribution' ? 1 - candidateRegionRatio : candidateRegionRatio
  return Math.trunc(rule === 'float32' ? Math.fround(Math.fround(share) * realTokens) : share * realTokens)
}

/** Threshold and protected positions of one layer. */
export interface CandidateRegion {
  /** float32 [B, H, T, 1]: the k-th smallest attribution of the row's real columns, counted from 0. */
  readonly threshold: tf.Tensor4D
  /** bool [B, H, T, S]: true where the position must stay. Padding columns carry no meaning. */
  readonly isProtected: tf.Tensor4D
}

/**
 * Protected positions of every attention row.
 *
 * @equation  s = 1 (protected) ⇔ b < b₍ₖ₎ with k = ⌊n(1 − p)⌋, counted from 0; low: s = 1 ⇔ b ≥ b₍ₖ₎, k = ⌊np⌋
 * @source    AD-DROP Eq. 6; its text calls s = 1 the candidate region, which is the inverse of what Eq. 7 does with it
 * @differs   None in effect. Ties at the threshold are candidates; a row of zeros is a candidate as a whole.
 * @param attribution float32 [B, H, T, S]
 * @param isReal float32 [B, S]; 1 = real token, the first n of every row. Padding counts for nothing.
 * @param candidateRegionRatio p in (0, 1)
 * @param discards which end is dropped
 * @param rule arithmetic of k
 * @returns threshold and protected positions
 * @ownership Caller disposes both.
 */
export function candidateRegion(
  attribution: Attribution,
  isReal: tf.Tensor2D,
  candidateRegionRatio: number,
  discards: Discards,
  rule: IndexRule = 'float32',
): CandidateRegion {
  return tf.tidy(() => {
    const [batch, , , columns] = attribution.shape
    const real: tf.Tensor4D = tf.reshape(isReal, [batch, 1, 1, columns])
    // One rank serves all rows: a row with padding gets so many −∞ that its k-th real entry has that rank.
    const rankOf = Float32Array.from({ length: columns + 1 }, (_, realTokens) =>
      thresholdIndex(realTokens, candidateRegionRatio, discards, rule),
    )
    const rank = rankOf[columns]!
    const realTokens = tf.sum(real, -1, true)
    const ranks = tf.gather(tf.tensor1d(rankOf), tf.cast(realTokens, 'int32'))
    const lowest = tf.add(realTokens, tf.sub(rank, ranks))
    const places = tf.tensor4d(
      Float32Array.from({ length: columns }, (_, column) => column),
      [1, 1, 1, columns],
    )
    const isLow = tf.cast(tf.less(places, lowest), 'float32')
    // float32's largest number stands for ∞, which times 0 would not be a number.
    const filler = tf.mul(tf.sub(1, real), tf.mul(tf.sub(1, tf.mul(2, isLow)), -float32Lowest))
    const filled = tf.add<tf.Tensor4D>(tf.mul(attribution, real), filler)
    const threshold = kthSmallest(filled, rank)
    const isProtected =
      discards === 'high-attribution'
        ? tf.less(attribution, threshold)
        : tf.greaterEqual(attribution, threshold)
    return { threshold, isProtected: isProtected as tf.Tensor4D }
  })
}
