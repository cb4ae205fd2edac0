/** The part of integrated gradients that each point of a path has to itself: everything after the attention of a layer. */
import * as tf from '@tensorflow/tfjs'
import { splitHeads } from '../../layers/attention-weights.ts'
import { attentionOutputDense } from '../../models/encoder.ts'
import { modelLogitsFrom } from '../../models/model-logits.ts'
import type { Model } from '../../models/model-config.ts'
import { attributionScalar } from '../attribution-scalar.ts'
import type { AdDropConfig } from '@shared/config/methods/ad-drop.ts'
import type { ModelAttributionRequest } from '../attribution.ts'
import type { LayerStart } from './prefix-pass.ts'

/**
 * Which integrand is averaged.
 *
 * `exact`: ∂F/∂A′ at A′ = αA with the labels of α = 1 (Sundararajan et al. 2017). `as-released`: the published
 * code's gradient with respect to the unscaled A, which carries another factor α, with labels taken anew at each α.
 */
export type IntegratedGradientForm = AdDropConfig['integratedGradients']

/** A point of a path. */
interface PathPoint {
  /** α in [0, 1]; a float32 scalar where a graph is fed with it. */
  readonly alpha: number | tf.Scalar
  /** Labels of α = 1; int32 [R], see `TaskHead`. Read for pseudo-labels in the form `exact` alone. */
  readonly labels: tf.Tensor1D
}

/**
 * Gradient of the attributed scalar with respect to the attention output of one layer, where α of its attention is there.
 *
 * Runs the model from that layer's attention output on, forward and backward; no weight gets a gradient. The factor α of
 * the form `as-released` is left to the weights of the sum.
 *
 * @equation  ∂F/∂x at x = α·P + b, P = (A·V)·Woᵀ
 * @param request model, batch, target, the prefix pass's options
 * @param start from the prefix pass; borrowed
 * @param point α and labels
 * @param form which labels
 * @returns float32 [B·T, E], T the layer's query tokens
 * @ownership Caller disposes the result.
 */
export function suffixGradient(
  request: ModelAttributionRequest,
  start: LayerStart,
  point: PathPoint,
  form: IntegratedGradientForm,
): tf.Tensor2D {
  const { inputs, pass, targets, target } = request
  const labels = form === 'exact' && target === 'pseudo-label' ? point.labels : target
  const { layer, residual } = start
  return tf.tidy(() => {
    const { bias } = attentionOutputDense(request.parameters, request.config, layer)
    const scaled = tf.add<tf.Tensor2D>(tf.mul(start.projected, point.alpha), bias)
    const sweep = tf.grad((x: tf.Tensor) => {
      const from = { layer, residual, attentionOutput: x as tf.Tensor2D }
      return attributionScalar(modelLogitsFrom(request, inputs, from, pass), targets, labels)
    })
    return sweep(scaled) as tf.Tensor2D
  })
}

/**
 * Gradient with respect to a layer's attention weights, from that with respect to its attention output. Linear, so it is
 * taken once of the weighted sum over all points.
 *
 * @equation  ∂F/∂A = (∂F/∂O)·Vᵀ per head, ∂F/∂O = (∂F/∂x)·Wo
 * @param model weights and sizes
 * @param start from the prefix pass; borrowed
 * @param outputGradient float32 [B·T, E]
 * @returns float32 [B, H, T, S]
 * @ownership Caller disposes the result.
 */
export function attentionGradient(model: Model, start: LayerStart, outputGradient: tf.Tensor2D): tf.Tensor4D {
  const [batch, heads] = start.weights.shape
  return tf.tidy(() => {
    const { weight } = attentionOutputDense(model.parameters, model.config, start.layer)
    const contextGradient = splitHeads(tf.matMul(outputGradient, weight), batch, heads)
    return tf.matMul<tf.Tensor4D>(contextGradient, start.values, false, true)
  })
}
