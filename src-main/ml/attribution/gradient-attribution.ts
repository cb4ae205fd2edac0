/** Gradient attribution (GA) in one joint sweep over all layers. */
import * as tf from '@tensorflow/tfjs'
import { queryTokens } from '../models/forward-options.ts'
import { lastBlockOf } from '../models/model-logits.ts'
import { withGradient } from '../tensors/with-gradient.ts'
import { attributionScalar } from './attribution-scalar.ts'
import type { Attribution, AttributionRequest } from './attribution.ts'

/**
 * Gradient of the attributed scalar with respect to the attention weights of each layer.
 *
 * The scalar is differentiated with respect to zero tensors that stand beside the attention weights: one backward sweep
 * serves every layer, and no weight gets a gradient. (The released code sweeps once per layer.)
 *
 * @equation  B = ∂F/∂A; in closed form B = (∂F/∂O)·Vᵀ with O = A·V
 * @source    AD-DROP Eq. 5
 * @differs   None in value. Signed, without |·|, without the factor A.
 * @param request model, batch, layers, target
 * @returns by layer: float32 [B, H, T, S]
 * @ownership Caller disposes the attributions.
 */
export function gradientAttribution(request: AttributionRequest): Map<number, Attribution> {
  const { inputs, layers } = request
  const places = new Map(layers.map((layer, index) => [layer, index]))
  const taps = layers.map((layer) => zerosLikeAttention(request, layer))
  const sweep = tf.grads((...taps: tf.Tensor[]) => {
    const tap = (layer: number, weights: tf.Tensor4D): tf.Tensor4D => {
      const place = places.get(layer)
      return place === undefined ? weights : tapped(weights, taps[place]!)
    }
    const probe = request.weights === 'after-dropout' ? { afterDropout: tap } : { beforeDropout: tap }
    const logits = request.logits(inputs, { ...request.pass, probe })
    const scalar = attributionScalar(logits, request.targets, request.target)
    request.onForwardDone?.()
    return scalar
  })
  const gradients = sweep(taps)
  tf.dispose(taps)
  return new Map(layers.map((layer, index) => [layer, gradients[index] as Attribution]))
}

/** A = A + 0, where the gradient of the zeros is the gradient of A. */
function tapped(weights: tf.Tensor4D, zeros: tf.Tensor): tf.Tensor4D {
  return withGradient<tf.Tensor4D>(
    { weights, zeros },
    () => tf.clone(weights),
    (dA) => ({ weights: () => dA, zeros: () => dA }),
  )
}

/** Zeros of the shape of a layer's attention weights, [B, H, T, S]. */
function zerosLikeAttention(request: AttributionRequest, layer: number): tf.Tensor4D {
  const [batch, tokens] = request.inputs.inputIds.shape
  const { numAttentionHeads: heads, numHiddenLayers: layers } = request.config
  const queries = queryTokens(layer, layers, tokens, lastBlockOf(request.config, request.pass))
  return tf.fill([batch, heads, queries, tokens], 0)
}
