/** Attention attribution (AA): the attention weights themselves. */
import * as tf from '@tensorflow/tfjs'
import type { Attribution, AttributionRequest } from './attribution.ts'

/**
 * The attention weights of a pass, as attribution.
 *
 * @equation  B = A
 * @source    AD-DROP, AA in its Table 2
 * @param request model, batch, layers; the target plays no part
 * @returns by layer: float32 [B, H, T, S]
 * @ownership Caller disposes the attributions.
 */
export function attentionAttribution(request: AttributionRequest): Map<number, Attribution> {
  const found = new Map<number, Attribution>()
  const record = (layer: number, weights: tf.Tensor4D): tf.Tensor4D => {
    if (request.layers.includes(layer)) found.set(layer, tf.keep(tf.clone(weights)))
    return weights
  }
  const probe = request.weights === 'after-dropout' ? { afterDropout: record } : { beforeDropout: record }
  tf.tidy(() => {
    request.logits(request.inputs, { ...request.pass, probe })
  })
  request.onForwardDone?.()
  return found
}
