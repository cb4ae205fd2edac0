/** Integrated-gradient attribution (IGA), layer by layer, in the two forms that exist. */
import * as tf from '@tensorflow/tfjs'
import { queryTokens } from '../models/forward-options.ts'
import { attentionAttribution } from './attention-attribution.ts'
import { attributionScalar } from './attribution-scalar.ts'
import type { Attribution, AttributionRequest } from './attribution.ts'

/**
 * Which integrand is averaged.
 *
 * `true-gradient`: ∂F/∂A′ at A′ = αA with the labels of α = 1 (Sundararajan et al. 2017). `as-released`: the published
 * code's gradient with respect to the unscaled A, which carries another factor α, with labels taken anew at each α.
 */
export type IntegratedGradientForm = 'true-gradient' | 'as-released'

/**
 * Integrated gradients of the attributed scalar along the straight path from no attention to the attention of a layer.
 *
 * @equation  B = A ⊙ (1/m) Σₖ ∂F/∂A′ at A′ = αₖA, αₖ = k/m, k = 1 … m
 * @source    AD-DROP Eq. 3 (m = 20); Hao et al. 2021 for attention
 * @differs   Eq. 3 as printed differentiates with respect to A itself, which is `as-released`: each term times αₖ.
 *            `true-gradient`, which training uses, is the definition of integrated gradients, without that factor.
 * @param request model, batch, layers, target; the pass must be without dropout
 * @param numSteps m ≥ 1
 * @param form which integrand
 * @returns by layer: float32 [B, H, T, S]
 * @ownership Caller disposes the attributions.
 */
export function integratedGradientAttribution(
  request: AttributionRequest,
  numSteps: number,
  form: IntegratedGradientForm,
): Map<number, Attribution> {
  const attention = attentionAttribution({ ...request, weights: 'after-dropout' })
  const finalLabels = tf.tidy(() => {
    const logits = request.logits(request.inputs, request.pass)
    return tf.argMax<tf.Tensor1D>(logits, -1)
  })
  const result = new Map<number, Attribution>()
  for (const [layer, weights] of attention) {
    let total = tf.zerosLike<tf.Tensor4D>(weights)
    for (let k = 1; k <= numSteps; k++) {
      const scale = k / numSteps
      const sum = tf.tidy(() =>
        tf.add<tf.Tensor4D>(total, integrand(request, layer, scale, form, finalLabels)),
      )
      total.dispose()
      total = sum
    }
    result.set(
      layer,
      tf.tidy(() => tf.mul<tf.Tensor4D>(weights, tf.div(total, numSteps))),
    )
    tf.dispose([weights, total])
  }
  finalLabels.dispose()
  return result
}

/** One term of the sum: ∂F/∂A′ at A′ = αA of one layer (times α as released); float32 [B, H, T, S]. */
function integrand(
  request: AttributionRequest,
  layer: number,
  alpha: number,
  form: IntegratedGradientForm,
  finalLabels: tf.Tensor1D,
): tf.Tensor4D {
  const [batch, tokens] = request.inputs.inputIds.shape
  const queries = queryTokens(layer, request.numLayers, tokens, request.pass)
  const isFixed =
    form === 'true-gradient' && request.target === 'pseudo-label' && request.targets.kind === 'classification'
  const sweep = tf.grad((tap: tf.Tensor) => {
    const scale = (at: number, weights: tf.Tensor4D): tf.Tensor4D =>
      at === layer ? tf.add(tf.mul(weights, alpha), tap) : weights
    const logits = request.logits(request.inputs, { ...request.pass, probe: { afterDropout: scale } })
    return isFixed
      ? attributionScalar(logits, { kind: 'classification', labels: finalLabels }, 'gold-label')
      : attributionScalar(logits, request.targets, request.target)
  })
  const gradient = sweep(tf.zeros([batch, request.heads, queries, tokens])) as tf.Tensor4D
  return form === 'as-released' ? tf.mul(gradient, alpha) : gradient
}
