/** SuperTickets: fine-tune, prune the least important heads and feed-forward sublayers, rewind, fine-tune again. */
import * as tf from '@tensorflow/tfjs'
import { exampleLosses } from '../losses/task-loss.ts'
import { queryTokens } from '../models/forward-options.ts'
import { lastBlockOf } from '../models/model-logits.ts'
import { weightBase } from '../models/model-weights.ts'
import { maskedGradients } from './child-tuning.ts'
import type { SuperTicketsConfig } from '@shared/config/methods/super-tickets.ts'
import type { Parameters } from '../models/parameters.ts'
import type { ModelConfig } from '../models/model-config.ts'
import type { Regularizer, StepContext, SurveyFindings, SurveyResult } from './regularizer.ts'

/**
 * SuperTickets with the given settings: the epochs from the survey on. Those before it are plain fine-tuning.
 *
 * @equation  I_h = Σ |⟨∂L/∂O_h, O_h⟩| over examples and tokens, O_h the context of a head or the output of a
 *            feed-forward sublayer; heads' scores divided by their layer's ‖I‖₂
 * @source    Liang et al. 2021, arXiv:2105.12002
 * @differs   Both fine-tunings are one run and share its epochs. Scores are plain sums over the
 *            batches, each from zero; the released code's loop does not visibly set gradients to zero in between, so
 *            that earlier batches weigh more. Every example's loss counts alike, where the released code takes the mean
 *            of a batch. Scores of feed-forward sublayers are compared across layers as they are: one norm over all of
 *            them would not change their order. A share of all heads or sublayers is rounded down.
 *            Pruning is in the weights: the columns of the attention output's weight that belong to a head, weight and
 *            bias of the feed-forward output. They are 0 and get no gradient, so a checkpoint is an ordinary model.
 * @param settings epochs before pruning and shares
 */
export function superTickets(settings: SuperTicketsConfig): Regularizer {
  return {
    state: {
      shapes: (_, { numHiddenLayers, numAttentionHeads }) =>
        new Map(
          layersUpTo(numHiddenLayers).flatMap((layer) => [
            [headsOf(layer), [numAttentionHeads]] as const,
            [sublayerOf(layer), [1]] as const,
          ]),
        ),
      initial: () => new Map(),
    },
    survey: {
      beforeEpochs: [settings.ticketEpochs + 1],
      accumulate: addImportance,
      conclude: (found) => prune(found, settings),
    },
    prepare: ({ config, state }) => ({
      gradients: (clipped) => maskedGradients(clipped, gradientMasks(state, config)),
    }),
  }
}

/**
 * Names of the method's tensors, one of each per layer: float32 [H] of the heads, float32 [1] of the feed-forward sublayer.
 * During the survey they are sums of importance; from then on 1 = stays, 0 = pruned.
 */
const headsOf = (layer: number): string => `layer.${layer}.heads`
const sublayerOf = (layer: number): string => `layer.${layer}.feed-forward`
const layersUpTo = (count: number): number[] => Array.from({ length: count }, (_, layer) => layer)

/** Weights that a pruned part loses. */
const attentionWeight = (config: ModelConfig, layer: number): string =>
  `${weightBase(config, 'attention-output', layer)}.weight`
const feedForwardWeights = (config: ModelConfig, layer: number): string[] =>
  ['weight', 'bias'].map((part) => `${weightBase(config, 'feed-forward-out', layer)}.${part}`)

/**
 * The survey's sums with a batch's importance added.
 *
 * Every part's output is multiplied by a gate of 1 per token; the loss's gradient in the gate is ⟨∂L/∂O, O⟩.
 *
 * @param step the batch and the sums so far
 */
export function addImportance(step: StepContext): Parameters {
  const { config, batch, state, logits } = step
  const { inputs, targets } = batch
  const [rows, tokens] = inputs.inputIds.shape
  const { numHiddenLayers, numAttentionHeads } = config
  const layers = layersUpTo(numHiddenLayers)
  const count = (layer: number): number =>
    rows * queryTokens(layer, numHiddenLayers, tokens, lastBlockOf(config))
  const gates = [numAttentionHeads, 1].flatMap((parts) =>
    layers.map((layer) => tf.ones([count(layer), parts, 1])),
  )
  const gradients = tf.grads((...of: tf.Tensor[]) => {
    const gated = (values: tf.Tensor2D, gate: tf.Tensor): tf.Tensor2D => {
      const [length, width] = values.shape
      const parts = gate.shape[1]!
      return tf.reshape(tf.mul(tf.reshape(values, [length, parts, width / parts]), gate), [length, width])
    }
    const found = logits(inputs, {
      probe: {
        context: (layer, values) => gated(values, of[layer]!),
        feedForward: (layer, values) => gated(values, of[numHiddenLayers + layer]!),
      },
    })
    return sumOfExamples(exampleLosses(found, targets), targets.weights)
  })(gates)
  const summed = (name: string, gradient: tf.Tensor, parts: number): [string, tf.Tensor] => {
    const ofBatch = tf.sum(tf.abs(tf.reshape(gradient, [gradient.shape[0], parts])), 0)
    return [name, tf.add(state.get(name)!, ofBatch)]
  }
  return new Map(
    layers.flatMap((layer) => [
      summed(headsOf(layer), gradients[layer]!, numAttentionHeads),
      summed(sublayerOf(layer), gradients[numHiddenLayers + layer]!, 1),
    ]),
  )
}

/** Sum of the examples' losses, without rows that fill a batch up. */
function sumOfExamples(losses: tf.Tensor1D, weights: tf.Tensor1D | undefined): tf.Scalar {
  if (weights === undefined) return tf.sum(losses)
  return tf.sum(tf.mul(losses, tf.cast(tf.greater(weights, 0), 'float32')))
}

/** What the gradients are multiplied by, by weight name: [1, E] for the columns of heads, [1] for sublayers. */
function gradientMasks(state: Parameters, config: ModelConfig): Parameters {
  const { numHiddenLayers, numAttentionHeads, hiddenSize } = config
  const headSize = hiddenSize / numAttentionHeads
  return new Map(
    layersUpTo(numHiddenLayers).flatMap((layer) => {
      const sublayer = state.get(sublayerOf(layer))!
      const heads = tf.reshape(state.get(headsOf(layer))!, [numAttentionHeads, 1])
      const columns = tf.reshape(tf.mul(heads, tf.ones([1, headSize])), [1, hiddenSize])
      return [
        [attentionWeight(config, layer), columns] as const,
        ...feedForwardWeights(config, layer).map((name) => [name, sublayer] as const),
      ]
    }),
  )
}

/** The masks, and the first weights without what is pruned. */
function prune(
  { state: importance, first, config }: SurveyFindings,
  settings: SuperTicketsConfig,
): SurveyResult {
  const layers = layersUpTo(importance.size / 2)
  const heads = stayingHeads(
    layers.map((layer) => importance.get(headsOf(layer))!),
    settings.prunedHeads,
  )
  const sublayers = stayingSublayers(
    layers.map((layer) => importance.get(sublayerOf(layer))![0]!),
    settings.prunedFeedForward,
  )
  const weights = new Map(first)
  for (const layer of layers) {
    const name = attentionWeight(config, layer)
    weights.set(name, withoutHeads(first.get(name)!, heads[layer]!))
    if (sublayers[layer] === 1) continue
    for (const part of feedForwardWeights(config, layer))
      weights.set(part, new Float32Array(first.get(part)!.length))
  }
  const state = layers.flatMap((layer) => [
    [headsOf(layer), heads[layer]!] as const,
    [sublayerOf(layer), Float32Array.of(sublayers[layer]!)] as const,
  ])
  const pruned = (of: readonly number[]): string =>
    `${of.filter((stays) => stays === 0).length} of ${of.length}`
  const note = `Pruned: ${pruned(heads.flatMap((ofLayer) => [...ofLayer]))} heads and ${pruned(sublayers)} feed-forward sublayers.`
  return { state: new Map(state), weights, note }
}

/** A weight [E, E] whose columns of pruned heads are 0. */
function withoutHeads(weight: Float32Array, stays: Float32Array): Float32Array {
  const width = Math.sqrt(weight.length)
  const headSize = width / stays.length
  return weight.map((value, place) => (stays[Math.floor((place % width) / headSize)] === 1 ? value : 0))
}

/** How many parts a share of them is, rounded down; 0.57 of 100, in double precision a little less than 57, is 57. */
function wholeParts(share: number, count: number): number {
  return Math.floor(share * count + 1e-9)
}

/**
 * Which heads stay: the share of lowest importance, relative to its layer's, goes; the last head of a layer stays.
 *
 * @param importance by layer, one number per head, at least 0
 * @param share of all heads that goes, in [0, 1)
 * @returns by layer, 1 = stays
 */
export function stayingHeads(importance: readonly Float32Array[], share: number): Float32Array[] {
  const norms = importance.map((values) => Math.hypot(...values) || 1)
  const ascending = importance
    .flatMap((values, layer) =>
      Array.from(values, (value, head) => ({ layer, head, score: value / norms[layer]! })),
    )
    .sort((a, b) => a.score - b.score)
  const stays = importance.map((values) => new Float32Array(values.length).fill(1))
  let left = wholeParts(share, ascending.length)
  for (const { layer, head } of ascending) {
    const ofLayer = stays[layer]!
    const isLast = ofLayer.reduce((sum, value) => sum + value, 0) === 1
    if (left === 0) break
    if (isLast) continue
    ofLayer[head] = 0
    left--
  }
  return stays
}

/**
 * Which feed-forward sublayers stay: the share of lowest importance goes.
 *
 * @param importance by layer
 * @param share of all sublayers that goes, in [0, 1)
 * @returns by layer, 1 = stays
 */
export function stayingSublayers(importance: readonly number[], share: number): number[] {
  const ascending = [...importance.keys()].sort((a, b) => importance[a]! - importance[b]!)
  const gone = new Set(ascending.slice(0, wholeParts(share, importance.length)))
  return importance.map((_, layer) => (gone.has(layer) ? 0 : 1))
}
