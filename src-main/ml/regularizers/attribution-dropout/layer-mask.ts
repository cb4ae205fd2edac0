/** The keep mask of one layer, from its attribution and random numbers. */
import { candidateRegion, type CandidateRegion } from './candidate-region.ts'
import { drawKeepMask, drawRandomKeepMask, settleAllDroppedRows } from './keep-mask.ts'
import type { AdDropConfig } from '@shared/config/methods/ad-drop.ts'
import type * as tf from '@tensorflow/tfjs'
import type { Attribution } from '../../attribution/attribution.ts'
import type { KeepMask } from '../../models/forward-options.ts'

/** What random numbers of a layer are for: `discard`, which candidates go; `region`, what RD ranks by. */
export type DrawUse = 'discard' | 'region'

/** What random numbers and attribution decide in one layer. */
export interface LayerMask {
  /** Null where every position is drawn by itself. */
  readonly region: CandidateRegion | null
  /** float32 [B, H, T, S] of 0 and 1; 1 = keep */
  readonly keepMask: KeepMask
}

/** Settings that a layer's mask depends on. */
type MaskSettings = Pick<
  AdDropConfig,
  'candidateRegionRatio' | 'discardRate' | 'discards' | 'indexRule' | 'randomRegion' | 'allDroppedRows'
>

/**
 * Draws the mask of a layer.
 *
 * @source    AD-DROP Eq. 6 and 7
 * @differs   Random dropping has two forms. `independent` is the released code's, see `drawRandomKeepMask`; `exact-size` is
 *            Eq. 6 with random numbers for b. These are multiples of 2⁻²⁴: in about one row in 100,000 two are equal
 *            at the threshold, and the region has a position more.
 * @param settings p, q, end of the ranking, arithmetic of k, what happens to rows that would lose everything
 * @param isReal float32 [B, S]; 1 = real token
 * @param attribution float32 [B, H, T, S]; null for random dropping
 * @param uniform random numbers for a use: float32 [B, H, T, S] in [0, 1)
 * @ownership Caller disposes all tensors (or runs inside `tf.tidy`).
 */
export function drawLayerMask(
  settings: MaskSettings,
  isReal: tf.Tensor2D,
  attribution: Attribution | null,
  uniform: (use: DrawUse) => tf.Tensor4D,
): LayerMask {
  const { candidateRegionRatio: p, discardRate: q, allDroppedRows: policy } = settings
  const discard = uniform('discard')
  if (attribution === null && settings.randomRegion === 'independent') {
    const drawn = drawRandomKeepMask(discard, isReal, p, q)
    return { region: null, keepMask: settleAllDroppedRows(drawn, isReal, policy, discard) }
  }
  // Random numbers have no better end; the region's size is rounded as for high attribution.
  const ranking = attribution ?? uniform('region')
  const region = candidateRegion(
    ranking,
    isReal,
    p,
    attribution === null ? 'high-attribution' : settings.discards,
    settings.indexRule,
  )
  const drawn = drawKeepMask(region.isProtected, discard, isReal, q)
  return { region, keepMask: settleAllDroppedRows(drawn, isReal, policy, ranking) }
}
