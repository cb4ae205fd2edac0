/** The candidate discard region: which attention positions AD-DROP may drop. */
import * as tf from '@tensorflow/tfjs'
import type { Attribution } from '../../attribution/attribution.ts'

/** Which end of the ranking may be dropped. */
export type Discards = 'high-attribution' | 'low-attribution'

/**
 * Number of protected positions in a row, or for `low-attribution` the number of candidates.
 *
 * @equation  k = ⌊n·(1 − p)⌋ (high), ⌊n·p⌋ (low)
 * @differs   Computed in float32 as the released code does; in double precision the floor is one too small in 160 of
 *            4,608 cases of p = 0.1 … 0.9 and n ≤ 512 (for instance 0.3, 90).
 * @param realTokens n, real tokens of the example
 * @param candidateRegionRatio p in (0, 1)
 * @param discards which end is dropped
 * @returns an integer in [0, n]
 */
export function thresholdIndex(realTokens: number, candidateRegionRatio: number, discards: Discards): number {
  const share = discards === 'high-attribution' ? 1 - candidateRegionRatio : candidateRegionRatio
  return Math.trunc(Math.fround(Math.fround(share) * Math.fround(realTokens)))
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
 * @param isReal float32 [B, S]; 1 = real token. Padding sorts behind everything and counts for nothing.
 * @param realTokens n of every example, in batch order
 * @param candidateRegionRatio p in (0, 1)
 * @param discards which end is dropped
 * @returns threshold and protected positions
 * @ownership Caller disposes both.
 */
export function candidateRegion(
  attribution: Attribution,
  isReal: tf.Tensor2D,
  realTokens: readonly number[],
  candidateRegionRatio: number,
  discards: Discards,
): CandidateRegion {
  const [batch, , , columns] = attribution.shape
  const indices = realTokens.map((n) => thresholdIndex(n, candidateRegionRatio, discards))
  const real = tf.reshape(isReal, [batch, 1, 1, columns])
  const threshold = kthSmallest(attribution, real, realTokens, indices)
  const isProtected =
    discards === 'high-attribution'
      ? tf.less(attribution, threshold)
      : tf.greaterEqual(attribution, threshold)
  return { threshold, isProtected: isProtected as tf.Tensor4D }
}

/**
 * The k-th smallest entry among each row's real columns, k differing by example.
 *
 * Only as many entries are ordered as the nearer end of the row needs: `topk` over the largest when k lies in the upper
 * half, over the smallest otherwise.
 */
function kthSmallest(
  values: tf.Tensor4D,
  real: tf.Tensor,
  realTokens: readonly number[],
  indices: readonly number[],
): tf.Tensor4D {
  const fromTop = realTokens.map((n, i) => n - indices[i]!)
  const useTop = Math.max(...fromTop) <= Math.max(...indices) + 1
  const depth = useTop ? Math.max(...fromTop) : Math.max(...indices) + 1
  const filled = tf.where(tf.greater(real, 0), values, tf.fill(values.shape, useTop ? -Infinity : Infinity))
  const { values: ordered } = tf.topk(useTop ? filled : tf.neg(filled), depth)
  const positions = useTop ? fromTop.map((m) => m - 1) : indices
  const chosen = pickColumn(ordered, positions)
  return useTop ? chosen : tf.neg(chosen)
}

/** Entry `positions[b]` of every row of example b: float32 [B, H, T, 1]. */
function pickColumn(rows: tf.Tensor4D, positions: readonly number[]): tf.Tensor4D {
  const [batch, , , width] = rows.shape
  const columns = tf.reshape(tf.range(0, width, 1, 'int32'), [1, 1, 1, width])
  const isChosen = tf.equal(columns, tf.reshape(tf.tensor1d([...positions], 'int32'), [batch, 1, 1, 1]))
  const onlyChosen = tf.where(isChosen, rows, tf.zerosLike(rows))
  return tf.sum(onlyChosen, -1, true)
}
