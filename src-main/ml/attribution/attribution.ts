/** Attribution of attention positions: what every method takes and gives. */
import type * as tf from '@tensorflow/tfjs'
import type { EncoderInputs, ForwardOptions } from '../models/forward-options.ts'
import type { ModelConfig } from '../models/model-config.ts'
import type { Parameters } from '../models/parameters.ts'
import type { Targets } from '../heads/targets.ts'
import type { AttributionTarget } from '../heads/task-head.ts'

/**
 * Signed importance of every attention position: float32 [B, H, T, S]; rows are queries, columns keys. In the last layer
 * T is 1 unless the pass computes every token there.
 */
export type Attribution = tf.Tensor4D

/** A model as attribution sees it: ids in, logits float32 [R, C] out, see `TaskHead`. */
export type LogitsFunction = (inputs: EncoderInputs, options: ForwardOptions) => tf.Tensor2D

/** What is attributed. */
export interface AttributionRequest {
  readonly logits: LogitsFunction
  readonly inputs: EncoderInputs
  readonly targets: Targets
  readonly target: AttributionTarget
  /** Sizes, and which tokens the head reads. */
  readonly config: ModelConfig
  /** 0-based layer indices. */
  readonly layers: readonly number[]
  /** Options of the pass the attribution is taken from (vanilla dropout on or off). */
  readonly pass: ForwardOptions
  /** Attention weights that count as A: what multiplies V (`after-dropout`: BERT family), or the softmax output. */
  readonly weights: 'after-dropout' | 'before-dropout'
  /** Told when the forward pass is over and the backward sweep begins. */
  readonly onForwardDone?: () => void
}

/** What is attributed, by a method that computes parts of the model's pass and so must know its weights. */
export interface ModelAttributionRequest extends AttributionRequest {
  /** Of the model that `logits` computes. */
  readonly parameters: Parameters
}
