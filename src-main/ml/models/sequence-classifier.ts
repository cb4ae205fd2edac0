/** An encoder with a head that reads the first token: one logit per class, or one number. */
import * as tf from '@tensorflow/tfjs'
import { linear } from '../layers/linear.ts'
import { activation } from '../layers/activation.ts'
import { encoder, encoderFrom, type EncoderStart } from './encoder.ts'
import { dropAt } from './dropout-site.ts'
import { familyOf } from './model-table.ts'
import { matrix, vector, type Parameters } from './parameters.ts'
import type { DropoutSite, EncoderInputs, ForwardOptions } from './forward-options.ts'
import type { EncoderConfig } from '@shared/results/checkpoint-summary.ts'

/** A classifier: weights and sizes. */
export interface ClassifierModel {
  /** Hugging Face names. */
  readonly parameters: Parameters
  readonly config: EncoderConfig
}

/**
 * Logits of every example.
 *
 * @equation  logits = dropout(f(h₀·Wdᵀ + bd))·Wcᵀ + bc, h₀ = hidden state of the first token; f is tanh in BERT and
 *            RoBERTa, GELU in ELECTRA, ReLU in DistilBERT; RoBERTa and ELECTRA drop from h₀ too
 * @source    Devlin et al. 2018, arXiv:1810.04805, and the heads of the models as released
 * @param parameters weights, Hugging Face names
 * @param config sizes and dropout probabilities
 * @param inputs token ids, int32 [B, T]
 * @param options dropout, keep masks, probe
 * @returns float32 [B, C]; C = 1 for regression
 */
export function classifierLogits(
  parameters: Parameters,
  config: EncoderConfig,
  inputs: EncoderInputs,
  options: ForwardOptions = {},
): tf.Tensor2D {
  const hidden = encoder(parameters, config, inputs, options)
  return headLogits({ parameters, config }, hidden, inputs, options)
}

/**
 * Logits of every example, computed from the attention output of one block.
 *
 * @param model weights and sizes
 * @param inputs token ids, int32 [B, T]
 * @param start the block and its attention output; borrowed
 * @param options dropout, keep masks, probe
 * @returns float32 [B, C]; what `classifierLogits` answers where `start` is from its pass
 */
export function classifierLogitsFrom(
  model: ClassifierModel,
  inputs: EncoderInputs,
  start: EncoderStart,
  options: ForwardOptions = {},
): tf.Tensor2D {
  const hidden = encoderFrom(model.parameters, model.config, inputs, start, options)
  return headLogits(model, hidden, inputs, options)
}

/** Dense layer and classifier: hidden states of the encoder to logits, float32 [B, C]. */
function headLogits(
  { parameters, config }: ClassifierModel,
  hidden: tf.Tensor2D,
  inputs: EncoderInputs,
  options: ForwardOptions,
): tf.Tensor2D {
  const [batch, tokens] = inputs.inputIds.shape
  const first =
    options.lastBlock === 'every-token'
      ? tf.slice(
          tf.reshape(hidden, [batch, tokens, config.hiddenSize]),
          [0, 0, 0],
          [batch, 1, config.hiddenSize],
        )
      : hidden
  const affine = (name: string, rows: tf.Tensor2D): tf.Tensor2D =>
    linear(rows, matrix(parameters, `${name}.weight`), vector(parameters, `${name}.bias`))
  const { head } = familyOf(config)
  const drop = (rows: tf.Tensor2D, kind: DropoutSite['kind']): tf.Tensor2D =>
    dropAt(rows, { kind, layer: null }, config, options)
  const read: tf.Tensor2D = tf.reshape(first, [batch, config.hiddenSize])
  const dense = affine(head.dense, head.dropsInput ? drop(read, 'head-input') : read)
  return affine(head.classifier, drop(activation(head.activation, dense), 'classifier'))
}
