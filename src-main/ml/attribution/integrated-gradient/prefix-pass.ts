/** The part of integrated gradients that all points of the path share: everything up to the attention of each layer. */
import * as tf from '@tensorflow/tfjs'
import { gradientAttribution } from '../gradient-attribution.ts'
import type { AttentionParts, AttentionProbe } from '../../models/forward-options.ts'
import type { Attribution, LogitsFunction, ModelAttributionRequest } from '../attribution.ts'

/**
 * What a layer's paths start from. Scaling the layer's attention changes nothing before it, so all of this is the same at
 * every α, but for `projected`, which is α times itself.
 */
export interface LayerStart extends AttentionParts {
  /** 0-based. */
  readonly layer: number
  /** A, what multiplies V; float32 [B, H, T, S], T the layer's query tokens. */
  readonly weights: tf.Tensor4D
}

/** What one forward pass leaves for the paths of all layers. */
export interface Prefix {
  /** argmax of the logits at α = 1; int32 [R], see `TaskHead`; of no meaning in regression. */
  readonly labels: tf.Tensor1D
  /** In ascending order of layers. */
  readonly starts: readonly LayerStart[]
}

/**
 * One forward pass that keeps what the paths start from.
 *
 * @param request model, batch, layers; the pass must be without dropout
 * @ownership Caller disposes with `disposePrefix`.
 */
export function prefixPass(request: ModelAttributionRequest): Prefix {
  const recording = recordedLogits(request)
  tf.tidy(() => {
    recording.logits(request.inputs, request.pass)
  })
  request.onForwardDone?.()
  return recording.prefix()
}

/**
 * The same, and the gradient at the end of every path (α = 1), which is the same pass for all layers: one joint sweep.
 *
 * @equation  endGradients = ∂F/∂A at A′ = A; see `gradientAttribution`
 * @param request model, batch, layers, target; the pass must be without dropout
 * @returns `endGradients` by layer: float32 [B, H, T, S]
 * @ownership Caller disposes the gradients, and the prefix with `disposePrefix`.
 */
export function prefixSweep(request: ModelAttributionRequest): {
  readonly prefix: Prefix
  readonly endGradients: ReadonlyMap<number, Attribution>
} {
  const recording = recordedLogits(request)
  const endGradients = gradientAttribution({ ...request, logits: recording.logits, weights: 'after-dropout' })
  return { prefix: recording.prefix(), endGradients }
}

/**
 * Frees what a prefix holds.
 *
 * @param prefix not used afterwards
 */
export function disposePrefix(prefix: Prefix): void {
  const parts = prefix.starts.flatMap(({ weights, residual, values, projected }) => [
    weights,
    residual,
    values,
    projected,
  ])
  tf.dispose([prefix.labels, ...parts])
}

/** The request's logits function, run once, and what it came by. */
function recordedLogits(request: ModelAttributionRequest): { logits: LogitsFunction; prefix: () => Prefix } {
  const kept = <Value extends tf.Tensor>(tensor: Value): Value => tf.keep(tf.clone(tensor))
  const weightsOf = new Map<number, tf.Tensor4D>()
  const starts: LayerStart[] = []
  let labels: tf.Tensor1D | undefined
  const logits: LogitsFunction = (inputs, options) => {
    const probe: AttentionProbe = {
      ...options.probe,
      afterDropout(layer, weights) {
        if (request.layers.includes(layer)) weightsOf.set(layer, kept(weights))
        return options.probe?.afterDropout?.(layer, weights) ?? weights
      },
      attentionParts(layer, { residual, values, projected }) {
        const weights = weightsOf.get(layer)
        if (weights === undefined) return
        const parts = { residual: kept(residual), values: kept(values), projected: kept(projected) }
        starts.push({ layer, weights, ...parts })
      },
    }
    const found = request.logits(inputs, { ...options, probe })
    labels = kept(tf.argMax<tf.Tensor1D>(found, -1))
    return found
  }
  return { logits, prefix: () => ({ labels: labels!, starts }) }
}
