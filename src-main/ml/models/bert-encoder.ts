/** The BERT encoder: embeddings and transformer blocks, post-layer-norm. */
import * as tf from '@tensorflow/tfjs'
import { attentionBias, attentionWeights, mergeHeads, splitHeads } from '../layers/attention-weights.ts'
import { dropout } from '../layers/dropout.ts'
import { embeddingLookup } from '../layers/embedding-lookup.ts'
import { gelu } from '../layers/gelu.ts'
import { layerNorm } from '../layers/layer-norm.ts'
import { linear } from '../layers/linear.ts'
import { checkShape } from '../tensors/shape-mismatch.ts'
import { matrix, vector, type Parameters } from './parameters.ts'
import type { EncoderInputs, ForwardOptions } from './forward-options.ts'
import type { EncoderConfig } from '@shared/results/checkpoint-summary.ts'

/**
 * Hidden states of the last block.
 *
 * @source  Devlin et al. 2018, arXiv:1810.04805; blocks as Vaswani et al. 2017, section 3.1, LayerNorm after the residual
 * @param parameters weights, Hugging Face names
 * @param config sizes and dropout probabilities
 * @param inputs token ids, int32 [B, T]
 * @param options dropout, keep masks, probe
 * @returns float32 [B·T, E]
 * @ownership Caller disposes the result (or runs inside `tf.tidy`).
 * @throws ShapeMismatch when a keep mask does not fit the batch
 */
export function bertEncoder(
  parameters: Parameters,
  config: EncoderConfig,
  inputs: EncoderInputs,
  options: ForwardOptions,
): tf.Tensor2D {
  const [batch, tokens] = inputs.inputIds.shape
  const realColumns: tf.Tensor4D = tf.reshape(inputs.isReal, [batch, 1, 1, tokens])
  const paddingBias = attentionBias(realColumns, options.maskedScore)
  let rows = embeddings(parameters, config, inputs, options)
  options.probe?.hiddenStates?.(-1, rows)
  for (let layer = 0; layer < config.numHiddenLayers; layer++) {
    rows = block(parameters, config, rows, { layer, batch, paddingBias }, options)
    options.probe?.hiddenStates?.(layer, rows)
  }
  return rows
}

/** Word + position + token-type embedding, LayerNorm, dropout: float32 [B·T, E]. */
function embeddings(
  parameters: Parameters,
  config: EncoderConfig,
  inputs: EncoderInputs,
  options: ForwardOptions,
): tf.Tensor2D {
  const [batch, tokens] = inputs.inputIds.shape
  const count = batch * tokens
  const table = (name: string): tf.Tensor2D => matrix(parameters, `bert.embeddings.${name}_embeddings.weight`)
  const words = embeddingLookup(table('word'), tf.reshape(inputs.inputIds, [count]))
  const types = embeddingLookup(table('token_type'), tf.reshape(inputs.tokenTypeIds, [count]))
  const positions = tf.slice(table('position'), [0, 0], [tokens, config.hiddenSize])
  const sum = tf.add(tf.reshape(tf.add(words, types), [batch, tokens, config.hiddenSize]), positions)
  const normalized = norm(parameters, 'bert.embeddings.LayerNorm', tf.reshape(sum, [count, -1]), config)
  return dropout(normalized, config.hiddenDropoutProb, options.random, 'embeddings')
}

/** Where a block stands. */
interface BlockPlace {
  readonly layer: number
  readonly batch: number
  /** float32 [B, 1, 1, S] */
  readonly paddingBias: tf.Tensor4D
}

/** One transformer block: float32 [B·T, E] → [B·T, E]. */
function block(
  parameters: Parameters,
  config: EncoderConfig,
  rows: tf.Tensor2D,
  place: BlockPlace,
  options: ForwardOptions,
): tf.Tensor2D {
  const prefix = `bert.encoder.layer.${place.layer}`
  const drop = (values: tf.Tensor2D, site: string): tf.Tensor2D =>
    dropout(values, config.hiddenDropoutProb, options.random, `layer.${place.layer}.${site}`)

  const context = selfAttention(parameters, config, rows, place, options)
  const attended = drop(affine(parameters, `${prefix}.attention.output.dense`, context), 'attention-output')
  const middle = norm(parameters, `${prefix}.attention.output.LayerNorm`, tf.add(attended, rows), config)

  const wide = gelu(affine(parameters, `${prefix}.intermediate.dense`, middle))
  const narrow = drop(affine(parameters, `${prefix}.output.dense`, wide), 'output')
  return norm(parameters, `${prefix}.output.LayerNorm`, tf.add(narrow, middle), config)
}

/** Context of every token, heads merged: float32 [B·T, E]. */
function selfAttention(
  parameters: Parameters,
  config: EncoderConfig,
  rows: tf.Tensor2D,
  place: BlockPlace,
  options: ForwardOptions,
): tf.Tensor2D {
  const { layer, batch } = place
  const heads = config.numAttentionHeads
  const project = (part: string): tf.Tensor4D =>
    splitHeads(affine(parameters, `bert.encoder.layer.${layer}.attention.self.${part}`, rows), batch, heads)
  const query = project('query')
  const key = project('key')
  const value = project('value')

  const keepMask = options.keepMasks?.get(layer)
  const tokens = rows.shape[0] / batch
  if (keepMask) checkShape('keepMask', keepMask.shape, [batch, heads, tokens, tokens], '[B, H, T, S]')
  const bias = keepMask === undefined ? place.paddingBias : attentionBias(keepMask, options.maskedScore)

  const probe = options.probe
  const computed = attentionWeights(query, key, bias)
  const weights = probe?.beforeDropout?.(layer, computed) ?? computed
  const site = `layer.${layer}.attention`
  const dropped = dropout(weights, config.attentionProbsDropoutProb, options.random, site)
  return mergeHeads(tf.matMul(probe?.afterDropout?.(layer, dropped) ?? dropped, value))
}

/** The affine map with this name. */
function affine(parameters: Parameters, name: string, rows: tf.Tensor2D): tf.Tensor2D {
  return linear(rows, matrix(parameters, `${name}.weight`), vector(parameters, `${name}.bias`))
}

/** The layer normalisation with this name. */
function norm(parameters: Parameters, name: string, rows: tf.Tensor2D, config: EncoderConfig): tf.Tensor2D {
  return layerNorm(
    rows,
    vector(parameters, `${name}.weight`),
    vector(parameters, `${name}.bias`),
    config.layerNormEps,
  )
}
