/** SCAL (surrogate): adversarial examples in embedding space are the positives of a contrastive loss. */
import * as tf from '@tensorflow/tfjs'
import { embeddingWidth } from '../models/model-weights.ts'
import { exampleLosses } from '../losses/task-loss.ts'
import type { ScalSurrogateConfig } from '@shared/config/methods/scal-surrogate.ts'
import type { PassRandom } from '../random/uniform-source.ts'
import type { Batch, Regularizer, StepContext, TrainedModel } from './regularizer.ts'

/** Smallest length that anything is divided by. */
const smallestNorm = 1e-12
/** Taken off the similarity with a row that only fills the batch up; its exponential is 0. */
const fillerPenalty = 1e9

/**
 * The SCAL surrogate with the given settings.
 *
 * @equation  d = ε·g/‖g‖₂, g = ∂CE(x)/∂E; L = ½(CE(x) + CE(x + d) + λ·InfoNCE(h(x), h(x + d); τ))
 * @source    After the idea of Miao et al. 2021, arXiv:2111.13301: adversarial examples of the label loss in embedding
 *            space, as positives of a contrastive loss
 * @differs   A surrogate: no formula of the paper and no released code was at hand, so every choice is ours. g and
 *            CE(x) are of one pass with the same dropout, CE(x + d) of a pass with other dropout; d is a constant to
 *            the gradient. Half of the sum, so that a step is as long as fine-tuning's: without dropout, ε = 0 with
 *            λ = 0 is fine-tuning. With dropout that is the mean loss of two passes, R-Drop at α = 0. ε = 0 alone leaves
 *            the contrast of dropout's two copies, λ = 0 alone adversarial training. Regression takes its task loss
 *            for CE.
 * @param settings ε, λ, τ
 */
export function scalSurrogate(settings: ScalSurrogateConfig): Regularizer {
  const { perturbationNorm, contrastWeight, temperature } = settings
  return {
    mixesExamples: contrastWeight > 0,
    prepare(step) {
      const { batch, random, config } = step
      const { targets } = batch
      step.begin('firstPass')
      const direction = adversarialPerturbation(step, perturbationNorm)
      return {
        losses(model) {
          const lastLayer = config.numHiddenLayers - 1
          const clean = passOf(model, batch, lastLayer, random('first'))
          const moved = passOf(model, batch, lastLayer, random('second'), direction)
          const both = tf.add(exampleLosses(clean.logits, targets), exampleLosses(moved.logits, targets))
          const losses = tf.mul<tf.Tensor1D>(both, 0.5)
          if (contrastWeight === 0) return losses
          const contrast = infoNce(clean.hidden, moved.hidden, temperature, targets.weights)
          return tf.add<tf.Tensor1D>(losses, tf.mul(contrast, contrastWeight / 2))
        },
      }
    },
  }
}

/**
 * The step of length ε along the gradient of every example's own loss with respect to the sum of its embeddings, before
 * their LayerNorm. The length is that of all real tokens of the example together; padding stays where it is.
 *
 * @equation  d = ε·g/‖g‖₂, g = ∂CE(x)/∂E
 * @param step batch and model; the pass is `first`
 * @param length ε, at least 0
 * @returns d, float32 [B·T, E]; 0 for an example without a gradient
 */
export function adversarialPerturbation(
  step: Pick<StepContext, 'batch' | 'logits' | 'random' | 'config'>,
  length: number,
): tf.Tensor2D {
  const { batch, logits, random, config } = step
  const { inputs, targets } = batch
  const [rows, tokens] = inputs.inputIds.shape
  const pass = random('first')
  const gradientOf = tf.grad((zeros: tf.Tensor) => {
    const onEmbeddings = (sum: tf.Tensor2D): tf.Tensor2D => tf.add(sum, zeros)
    return tf.sum(exampleLosses(logits(inputs, { random: pass, onEmbeddings }), targets))
  })
  // Made by an operation: a trace refuses a captured tensor of this size.
  const gradient = gradientOf(tf.fill([rows * tokens, embeddingWidth(config)], 0))
  const byExample = tf.reshape(gradient, [rows, tokens, embeddingWidth(config)])
  const ofTokens = tf.mul(byExample, tf.expandDims(inputs.isReal, -1))
  const norm = tf.sqrt(tf.sum(tf.square(ofTokens), [1, 2], true))
  const direction = tf.mul(ofTokens, tf.div(length, tf.maximum(norm, smallestNorm)))
  return tf.reshape(direction, [rows * tokens, embeddingWidth(config)])
}

/** Logits, float32 [R, C], and the first token's last hidden state, float32 [B, E], of a pass. */
function passOf(
  { logits }: TrainedModel,
  { inputs }: Batch,
  lastLayer: number,
  random: PassRandom,
  direction?: tf.Tensor2D,
): { logits: tf.Tensor2D; hidden: tf.Tensor2D } {
  const states: tf.Tensor2D[] = []
  const found = logits(inputs, {
    random,
    ...(direction === undefined ? {} : { onEmbeddings: (sum) => tf.add(sum, direction) }),
    probe: {
      hiddenStates(layer, rows) {
        if (layer === lastLayer) states.push(rows)
      },
    },
  })
  const [examples, tokens] = inputs.inputIds.shape
  const [hidden] = states as [tf.Tensor2D]
  return {
    logits: found,
    hidden: hidden.shape[0] === examples ? hidden : firstRows(hidden, examples, tokens),
  }
}

/** Every first row of `tokens`: float32 [B·T, E] → [B, E]. */
function firstRows(rows: tf.Tensor2D, examples: number, tokens: number): tf.Tensor2D {
  const width = rows.shape[1]
  return tf.reshape(tf.slice(tf.reshape(rows, [examples, tokens, width]), [0, 0, 0], [examples, 1, width]), [
    examples,
    width,
  ])
}

/**
 * How well every vector finds its partner among the partners of all examples.
 *
 * @equation  ℓᵢ = −log( exp(cos(aᵢ, bᵢ)/τ) / Σⱼ exp(cos(aᵢ, bⱼ)/τ) ), j over the batch's examples
 * @source    van den Oord et al. 2018, arXiv:1807.03748, Eq. 4, with cosines for the density ratio
 * @param anchors    a, float32 [B, E]
 * @param candidates b, float32 [B, E]
 * @param temperature τ, above 0
 * @param weights each row's share of the mean, float32 [B]; rows of weight 0 fill the batch up and are nobody's negative.
 *   Left out: all rows are examples
 * @returns float32 [B], at least 0 but for rounding; 0 where an example is alone
 */
export function infoNce(
  anchors: tf.Tensor2D,
  candidates: tf.Tensor2D,
  temperature: number,
  weights?: tf.Tensor1D,
): tf.Tensor1D {
  const similarities = tf.matMul(unitRows(anchors), unitRows(candidates), false, true)
  const scores = tf.div<tf.Tensor2D>(similarities, temperature)
  const count = anchors.shape[0]
  const isPartner = tf.eye(count)
  const logProbabilities = tf.logSoftmax(weights === undefined ? scores : withoutFillers(scores, weights))
  return tf.neg(tf.sum<tf.Tensor1D>(tf.mul(isPartner, logProbabilities), -1))
}

/** Scores where rows of weight 0 are no candidates but for themselves: float32 [B, B]. */
function withoutFillers(scores: tf.Tensor2D, weights: tf.Tensor1D): tf.Tensor2D {
  const count = scores.shape[0]
  const isExample = tf.reshape(tf.cast(tf.greater(weights, 0), 'float32'), [1, count])
  const isCandidate = tf.maximum(isExample, tf.eye(count))
  return tf.sub(scores, tf.mul(tf.sub(1, isCandidate), fillerPenalty))
}

/** Rows of length 1. */
function unitRows(rows: tf.Tensor2D): tf.Tensor2D {
  const norm = tf.sqrt(tf.sum(tf.square(rows), -1, true))
  return tf.div(rows, tf.maximum(norm, smallestNorm))
}
