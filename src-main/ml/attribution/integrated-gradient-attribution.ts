/** Integrated-gradient attribution (IGA), layer by layer, in the two forms that exist. */
import * as tf from '@tensorflow/tfjs'
import { disposePrefix, prefixPass, prefixSweep, type LayerStart } from './integrated-gradient/prefix-pass.ts'
import {
  attentionGradient,
  suffixGradient,
  type IntegratedGradientForm,
} from './integrated-gradient/suffix-gradient.ts'
import type { Attribution, ModelAttributionRequest } from './attribution.ts'
import type { IntegrationRule } from './integrated-gradient/integration-rule.ts'

/**
 * Integrated gradients of the attributed scalar along the straight path from no attention to the attention of a layer.
 *
 * One forward pass serves every layer and point up to the layer's attention; each point computes only what comes after.
 * (The released code runs the whole model for each layer and point.)
 *
 * @equation  B = A ⊙ Σₖ wₖ ∂F/∂A′ at A′ = αₖA; the paper's rule is αₖ = k/m, wₖ = 1/m, k = 1 … m
 * @source    AD-DROP Eq. 3 (m = 20); Hao et al. 2021 for attention
 * @differs   Eq. 3 as printed differentiates with respect to A itself, which is `as-released`: each term times αₖ.
 *            `exact`, which training uses, is the definition of integrated gradients, without that factor.
 * @param request model, batch, layers, target; the pass must be without dropout
 * @param rule points and weights of the sum
 * @param form which integrand
 * @returns by layer: float32 [B, H, T, S]
 * @ownership Caller disposes the attributions.
 */
export function integratedGradientAttribution(
  request: ModelAttributionRequest,
  rule: IntegrationRule,
  form: IntegratedGradientForm,
): Map<number, Attribution> {
  const end = rule.find(({ alpha }) => alpha === 1)
  const { prefix, endGradients } =
    end === undefined ? { prefix: prefixPass(request), endGradients: null } : prefixSweep(request)
  const inner = rule.filter((point) => point !== end)
  const result = new Map<number, Attribution>()
  for (const start of prefix.starts) {
    const attribution = tf.tidy(() => {
      const before = attentionGradient(
        request,
        start,
        weightedSum(start, inner, ({ alpha, weight }) =>
          tf.mul(
            suffixGradient(request, start, { alpha, labels: prefix.labels }, form),
            form === 'as-released' ? weight * alpha : weight,
          ),
        ),
      )
      const atEnd = endGradients?.get(start.layer)
      const mean = atEnd === undefined ? before : tf.add(before, tf.mul(atEnd, end!.weight))
      return tf.mul<tf.Tensor4D>(start.weights, mean)
    })
    result.set(start.layer, attribution)
  }
  disposePrefix(prefix)
  tf.dispose([...(endGradients?.values() ?? [])])
  return result
}

/** Sum over points of what each contributes, one at a time: float32 [B·T, E]. */
function weightedSum(
  start: LayerStart,
  points: IntegrationRule,
  term: (point: IntegrationRule[number]) => tf.Tensor2D,
): tf.Tensor2D {
  let total = tf.zerosLike(start.projected)
  for (const point of points) {
    const sum = tf.tidy(() => tf.add<tf.Tensor2D>(total, term(point)))
    total.dispose()
    total = sum
  }
  return total
}
