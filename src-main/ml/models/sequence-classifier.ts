/** A BERT encoder with a head that reads the first token: one logit per class, or one number. */
import * as tf from '@tensorflow/tfjs'
import { dropout } from '../layers/dropout.ts'
import { linear } from '../layers/linear.ts'
import { bertEncoder } from './bert-encoder.ts'
import { matrix, vector, type Parameters } from './parameters.ts'
import type { EncoderInputs, ForwardOptions } from './forward-options.ts'
import type { EncoderConfig } from '@shared/results/checkpoint-summary.ts'

/**
 * Logits of every example.
 *
 * @equation  logits = dropout(tanh(h₀·Wpᵀ + bp))·Wcᵀ + bc, h₀ = hidden state of the first token
 * @source    Devlin et al. 2018, section 4.1 (pooler and classifier as in the released model)
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
  const [batch, tokens] = inputs.inputIds.shape
  const hidden = bertEncoder(parameters, config, inputs, options)
  const first =
    options.lastBlock === 'every-token'
      ? tf.slice(tf.reshape(hidden, [batch, tokens, config.hiddenSize]), [0, 0, 0], [batch, 1, config.hiddenSize])
      : hidden
  const affine = (name: string, rows: tf.Tensor2D): tf.Tensor2D =>
    linear(rows, matrix(parameters, `${name}.weight`), vector(parameters, `${name}.bias`))
  const pooled = tf.tanh(affine('bert.pooler.dense', tf.reshape(first, [batch, config.hiddenSize])))
  return affine('classifier', dropout(pooled, config.classifierDropout, options.random, 'classifier'))
}
