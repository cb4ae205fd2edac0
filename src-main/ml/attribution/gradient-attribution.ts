/** Gradient attribution (GA) in one joint sweep over all layers. */
import * as tf from '@tensorflow/tfjs'
import { attributionScalar } from './attribution-scalar.ts'
import type { Attribution, AttributionRequest } from './attribution.ts'

/**
 * Gradient of the attributed scalar with respect to the attention weights of each layer.
 *
 * Zero tensors are added to the attention weights and the scalar is differentiated with respect to them: one backward
 * sweep serves every layer, and no weight gets a gradient. (The released code sweeps once per layer.)
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
  const taps = zerosLikeAttention(request, layers.length)
  const sweep = tf.grads((...taps: tf.Tensor[]) => {
    const tap = (layer: number, weights: tf.Tensor4D): tf.Tensor4D => {
      const place = places.get(layer)
      return place === undefined ? weights : tf.add(weights, taps[place]!)
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

/** Zero tensors of the attention weights' shape [B, H, T, S], one per layer. */
function zerosLikeAttention(request: AttributionRequest, count: number): tf.Tensor4D[] {
  const [batch, tokens] = request.inputs.inputIds.shape
  return Array.from({ length: count }, () => tf.zeros([batch, request.heads, tokens, tokens]))
}
