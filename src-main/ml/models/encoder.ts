/** The encoder that BERT, RoBERTa, ELECTRA and DistilBERT share: embeddings and transformer blocks, post-layer-norm. */
import * as tf from '@tensorflow/tfjs'
import { attentionBias, attentionWeights, mergeHeads, splitHeads } from '../layers/attention-weights.ts'
import { embeddingLookup } from '../layers/embedding-lookup.ts'
import { activation } from '../layers/activation.ts'
import { layerNorm } from '../layers/layer-norm.ts'
import { checkShape } from '../tensors/shape-mismatch.ts'
import { dropAt } from './dropout-site.ts'
import { familyOf } from './model-table.ts'
import { embeddingWidth, weightBase } from './model-weights.ts'
import { affine, matrix, vector, type Parameters } from './parameters.ts'
import type { BlockPlace } from './model-family.ts'
import {
  queryTokens,
  type DropoutSite,
  type EncoderInputs,
  type ForwardOptions,
  type KeepMask,
  type LastBlock,
} from './forward-options.ts'
import { firstPosition } from '@shared/results/model-positions.ts'
import type { EncoderConfig } from '@shared/results/checkpoint-summary.ts'

/** What a pass is asked, and for which tokens its last block is computed. */
type EncoderOptions = ForwardOptions & { readonly lastBlock: LastBlock }

/**
 * Hidden states of the last block.
 *
 * @source  Devlin et al. 2018, arXiv:1810.04805, and the families' papers; blocks as Vaswani et al. 2017, arXiv:1706.03762, LayerNorm after the residual
 * @param parameters weights, Hugging Face names
 * @param config sizes and dropout probabilities
 * @param inputs token ids, int32 [B, T]
 * @param options dropout, keep masks, probe
 * @returns float32 [B·T, E]; [B, E], the first tokens', where `options.lastBlock` asks for no others
 * @ownership Caller disposes the result (or runs inside `tf.tidy`).
 * @throws ShapeMismatch when a keep mask does not fit the batch
 */
export function encoder(
  parameters: Parameters,
  config: EncoderConfig,
  inputs: EncoderInputs,
  options: EncoderOptions,
): tf.Tensor2D {
  const placeOf = blockPlaces(config, inputs, options)
  let rows = embeddings(parameters, config, inputs, options)
  options.probe?.hiddenStates?.(-1, rows)
  for (let layer = 0; layer < config.numHiddenLayers; layer++) {
    rows = block(parameters, config, rows, placeOf(layer), options)
  }
  return rows
}

/** Where a pass that starts in the middle of the encoder starts: after the self-attention of one block. */
export interface EncoderStart {
  /** The block; 0-based. */
  readonly layer: number
  /** Its attention output with bias, before dropout; float32 [B·T, E], T the block's query tokens. */
  readonly attentionOutput: tf.Tensor2D
  /** What the block adds it to: its input at the query tokens; float32 [B·T, E]. */
  readonly residual: tf.Tensor2D
}

/**
 * Hidden states of the last block, computed from the attention output of one block.
 *
 * With the attention output and the residual of a full pass, and that pass's options, the result is `encoder`'s, bit
 * for bit: the same operations run on the same numbers.
 *
 * @param parameters weights, Hugging Face names
 * @param config sizes and dropout probabilities
 * @param inputs token ids, int32 [B, T]; of them only which tokens are real is read
 * @param start the block and its attention output; borrowed
 * @param options dropout, keep masks, probe
 * @returns as `encoder`
 * @ownership Caller disposes the result (or runs inside `tf.tidy`).
 */
export function encoderFrom(
  parameters: Parameters,
  config: EncoderConfig,
  inputs: EncoderInputs,
  start: EncoderStart,
  options: EncoderOptions,
): tf.Tensor2D {
  const placeOf = blockPlaces(config, inputs, options)
  let rows = afterAttention(parameters, config, start, options)
  for (let layer = start.layer + 1; layer < config.numHiddenLayers; layer++) {
    rows = block(parameters, config, rows, placeOf(layer), options)
  }
  return rows
}

/** Word + position (+ token-type) embedding, LayerNorm, dropout (, projection to the hidden width): float32 [B·T, E]. */
function embeddings(
  parameters: Parameters,
  config: EncoderConfig,
  inputs: EncoderInputs,
  options: ForwardOptions,
): tf.Tensor2D {
  const [batch, tokens] = inputs.inputIds.shape
  const count = batch * tokens
  const { tables, embeddingNorm, embeddingProjection } = familyOf(config)
  const table = (base: string): tf.Tensor2D => matrix(parameters, `${base}.weight`)
  const width = embeddingWidth(config)
  const words = embeddingLookup(table(tables.word), tf.reshape(inputs.inputIds, [count]))
  const types = tables['token-type']
  const typed =
    types === null
      ? words
      : tf.add(words, embeddingLookup(table(types), tf.reshape(inputs.tokenTypeIds, [count])))
  const positions = positionRows(table(tables.position), config, inputs)
  const sum = tf.add(tf.reshape(typed, [batch, tokens, width]), positions)
  const rows: tf.Tensor2D = tf.reshape(sum, [count, width])
  const changed = options.onEmbeddings?.(rows) ?? rows
  const normalized = norm(parameters, embeddingNorm, changed, config)
  const dropped = dropAt(normalized, { kind: 'embeddings', layer: null }, config, options)
  const isProjected = embeddingProjection !== null && width !== config.hiddenSize
  if (isProjected) options.probe?.embeddings?.(dropped)
  return isProjected ? affine(parameters, embeddingProjection, dropped) : dropped
}

/** Position embeddings, float32 [T, width]; where padding has a position of its own (RoBERTa), [B, T, width]. */
function positionRows(
  table: tf.Tensor2D,
  config: EncoderConfig,
  { inputIds, isReal }: EncoderInputs,
): tf.Tensor {
  const [batch, tokens] = inputIds.shape
  const width = table.shape[1]
  // Batches are padded on the right: the positions of the real tokens are the same in every row.
  if (firstPosition(config) === 0) return tf.slice(table, [0, 0], [tokens, width])
  const fromOne = tf.tensor1d(Array.from({ length: tokens }, (_, token) => token + 1))
  const ids = tf.cast(tf.add(tf.mul(isReal, fromOne), config.padTokenId), 'int32')
  return tf.reshape(embeddingLookup(table, tf.reshape(ids, [batch * tokens])), [batch, tokens, width])
}

/**
 * The affine map from a block's context to its attention output.
 *
 * @param parameters weights, Hugging Face names
 * @param config the model
 * @param layer 0-based
 * @returns weight float32 [E, E] as [out, in]; bias float32 [E]
 */
export function attentionOutputDense(
  parameters: Parameters,
  config: EncoderConfig,
  layer: number,
): { weight: tf.Tensor2D; bias: tf.Tensor1D } {
  const name = weightBase(config, 'attention-output', layer)
  return { weight: matrix(parameters, `${name}.weight`), bias: vector(parameters, `${name}.bias`) }
}

/** Where a block stands. */
interface BlockPass {
  readonly layer: number
  readonly batch: number
  /** Query tokens: T, or 1 where only the first token is read. */
  readonly queries: number
  /** float32 [B, 1, 1, S] */
  readonly paddingBias: tf.Tensor4D
}

/** Places of the blocks of a pass, by layer. */
function blockPlaces(
  config: EncoderConfig,
  inputs: EncoderInputs,
  options: EncoderOptions,
): (layer: number) => BlockPass {
  const [batch, tokens] = inputs.inputIds.shape
  const realColumns: tf.Tensor4D = tf.reshape(inputs.isReal, [batch, 1, 1, tokens])
  const paddingBias = attentionBias(realColumns, options.maskedScore)
  return (layer) => {
    const queries = queryTokens(layer, config.numHiddenLayers, tokens, options.lastBlock)
    return { layer, batch, queries, paddingBias }
  }
}

/** One transformer block: float32 [B·T, E] → [B·queries, E]. */
function block(
  parameters: Parameters,
  config: EncoderConfig,
  rows: tf.Tensor2D,
  place: BlockPass,
  options: ForwardOptions,
): tf.Tensor2D {
  const { layer } = place
  const residual = firstTokens(rows, place)
  const { context: computed, values } = selfAttention(
    parameters,
    config,
    { rows, queryRows: residual },
    place,
    options,
  )
  const context = options.probe?.context?.(layer, computed) ?? computed
  const { weight, bias } = attentionOutputDense(parameters, config, layer)
  const projected = tf.matMul<tf.Tensor2D>(context, weight, false, true)
  options.probe?.attentionParts?.(layer, { residual, values, projected })
  const attentionOutput = tf.add<tf.Tensor2D>(projected, bias)
  return afterAttention(parameters, config, { layer, attentionOutput, residual }, options)
}

/** The rest of a block after its attention output: residual, LayerNorm, feed-forward; float32 [B·queries, E]. */
function afterAttention(
  parameters: Parameters,
  config: EncoderConfig,
  { layer, attentionOutput, residual }: EncoderStart,
  options: ForwardOptions,
): tf.Tensor2D {
  const base = (place: BlockPlace): string => weightBase(config, place, layer)
  const drop = (values: tf.Tensor2D, kind: DropoutSite['kind']): tf.Tensor2D =>
    dropAt(values, { kind, layer }, config, options)
  const attended = tf.add<tf.Tensor2D>(drop(attentionOutput, 'attention-output'), residual)
  const middle = norm(parameters, base('attention-norm'), attended, config)

  const wide = activation(config.hiddenAct, affine(parameters, base('feed-forward-in'), middle))
  const computed = affine(parameters, base('feed-forward-out'), wide)
  const narrow = drop(options.probe?.feedForward?.(layer, computed) ?? computed, 'feed-forward-output')
  const rows = norm(parameters, base('feed-forward-norm'), tf.add(narrow, middle), config)
  options.probe?.hiddenStates?.(layer, rows)
  return rows
}

/** Rows of the tokens whose queries are computed: float32 [B·T, E] → [B·queries, E]. */
function firstTokens(rows: tf.Tensor2D, { batch, queries }: BlockPass): tf.Tensor2D {
  const [count, width] = rows.shape
  if (count === batch * queries) return rows
  const byToken = tf.reshape(rows, [batch, count / batch, width])
  return tf.reshape(tf.slice(byToken, [0, 0, 0], [batch, queries, width]), [batch * queries, width])
}

/** Context of every query token, heads merged, float32 [B·queries, E]; and the values V, float32 [B, H, S, D]. */
function selfAttention(
  parameters: Parameters,
  config: EncoderConfig,
  { rows, queryRows }: { rows: tf.Tensor2D; queryRows: tf.Tensor2D },
  place: BlockPass,
  options: ForwardOptions,
): { context: tf.Tensor2D; values: tf.Tensor4D } {
  const { layer, batch } = place
  const heads = config.numAttentionHeads
  const project = (part: 'query' | 'key' | 'value', from: tf.Tensor2D): tf.Tensor4D => {
    const computed = affine(parameters, weightBase(config, part, layer), from)
    return splitHeads(dropAt(computed, { kind: part, layer }, config, options), batch, heads)
  }
  const query = project('query', queryRows)
  const key = project('key', rows)
  const values = project('value', rows)

  const keepMask = options.keepMasks?.get(layer)
  const bias =
    keepMask === undefined
      ? place.paddingBias
      : attentionBias(maskOfQueries(keepMask, place, [heads, rows.shape[0] / batch]), options.maskedScore)

  const probe = options.probe
  const computed = attentionWeights(query, key, bias)
  const weights = probe?.beforeDropout?.(layer, computed) ?? computed
  const dropped = dropAt(weights, { kind: 'attention', layer }, config, options)
  const context = mergeHeads(tf.matMul(probe?.afterDropout?.(layer, dropped) ?? dropped, values))
  return { context, values }
}

/** The rows of a keep mask that belong to the computed queries: float32 [B, H, queries, S]. */
function maskOfQueries(
  keepMask: KeepMask,
  { batch, queries }: BlockPass,
  [heads, tokens]: readonly [number, number],
): KeepMask {
  const rows = keepMask.shape[2] === tokens ? tokens : queries
  checkShape('keepMask', keepMask.shape, [batch, heads, rows, tokens], '[B, H, T, S]')
  return rows === queries ? keepMask : tf.slice(keepMask, [0, 0, 0, 0], [batch, heads, queries, tokens])
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
