/** Concrete Dropout: every place learns its dropout probability. */
import * as tf from '@tensorflow/tfjs'
import { dropout } from '../layers/dropout.ts'
import { headOf } from '../heads/head-table.ts'
import { exampleLosses } from '../losses/task-loss.ts'
import { familyOf } from '../models/model-table.ts'
import { weightBase } from '../models/model-weights.ts'
import { ownWeightPrefix, type Parameters } from '../models/parameters.ts'
import { withGradient } from '../tensors/with-gradient.ts'
import type { DropoutRule, DropoutSite } from '../models/forward-options.ts'
import type { ConcreteDropoutConfig } from '@shared/config/methods/concrete-dropout.ts'
import type { ModelConfig } from '../models/model-config.ts'
import type { OwnWeight, Regularizer, StepContext } from './regularizer.ts'

/**
 * Concrete Dropout with the given settings.
 *
 * @equation  y = x⊙(1 − z)/(1 − p), z = σ((logit p + logit u)/t), u ~ U(0, 1)
 * @equation  L = CE + Σ [λ‖W‖²/(1 − p) + κ·K·(p log p + (1 − p) log(1 − p))] over the places, K = E
 * @source    Gal, Hron and Kendall 2017, arXiv:1705.07832, Eq. 3 to 5
 * @differs   Learned are the probabilities at the attention output and the feed-forward output of every layer and before
 *            the classifier; embeddings and attention weights keep vanilla dropout. In the layers whole output units of W
 *            are dropped, where the paper drops input units, and K counts those; K is a token’s units, not a sequence’s.
 *            What is trained is logit p divided by a factor: since Adam’s steps do not depend on a gradient’s size, the
 *            logit learns faster by that factor. Where gradients are clipped, its gradient counts as many times.
 *            λ and κ come with the run: for cross-entropy half of the released notebook's, whose squared error is twice a
 *            negative logarithm of a likelihood.
 * @param settings first p, t, λ, κ, factor
 * @throws RangeError when λ or κ still has to be derived from the number of training examples
 */
export function concreteDropout(settings: ConcreteDropoutConfig): Regularizer {
  const strengths = strengthsOf(settings)
  return {
    ownWeights: (config) => firstLogits(config, settings),
    prepare(step) {
      const { inputs, targets } = step.batch
      return {
        losses(model) {
          const logitOf = (matrix: string): tf.Tensor1D =>
            tf.mul(model.parameters.get(logitName(matrix)) as tf.Tensor1D, settings.learningRateFactor)
          const logits = model.logits(inputs, { dropout: concreteRule(step, settings, logitOf) })
          const terms = [...regularizedMatrices(step.config)].map((matrix) =>
            placeTerms(model.parameters, matrix, logitOf(matrix), step.config.hiddenSize, strengths),
          )
          // The examples’ shares sum to 1: what is added to each is added to their mean.
          return terms.reduce<tf.Tensor1D>((sum, term) => tf.add(sum, term), exampleLosses(logits, targets))
        },
      }
    },
  }
}

/** λ and κ. */
interface Strengths {
  readonly weightRegularizer: number
  readonly dropoutRegularizer: number
}

function strengthsOf({ weightRegularizer, dropoutRegularizer }: ConcreteDropoutConfig): Strengths {
  if (weightRegularizer === null || dropoutRegularizer === null)
    throw new RangeError('The strengths of Concrete Dropout follow from the data, and were not filled in.')
  return { weightRegularizer, dropoutRegularizer }
}

/**
 * Name of the weight that holds logit p, divided by the factor, of the place at a matrix: float32 [1].
 *
 * @param matrix the matrix’s name
 */
export const logitName = (matrix: string): string =>
  `${ownWeightPrefix}dropout.${matrix.replace(/\.weight$/, '')}`

/** Name of the matrix whose units a place drops; null where p is not learned. */
function matrixAt(config: ModelConfig, { kind, layer }: Pick<DropoutSite, 'kind' | 'layer'>): string | null {
  switch (kind) {
    case 'attention-output':
      return `${weightBase(config, 'attention-output', layer ?? 0)}.weight`
    case 'feed-forward-output':
      return `${weightBase(config, 'feed-forward-out', layer ?? 0)}.weight`
    case 'classifier':
      return `${headOf(config.taskKind).maps(familyOf(config)).at(-1)!.name}.weight`
    case 'embeddings':
    case 'query':
    case 'key':
    case 'value':
    case 'attention':
    case 'head-input':
      return null
  }
}

/** Names of the matrices that have a learned p. */
function regularizedMatrices(config: ModelConfig): string[] {
  const layers = Array.from({ length: config.numHiddenLayers }, (_, layer) => layer)
  const places = [
    ...layers.flatMap((layer) => [
      { kind: 'attention-output', layer } as const,
      { kind: 'feed-forward-output', layer } as const,
    ]),
    { kind: 'classifier', layer: null } as const,
  ]
  return places.map((place) => matrixAt(config, place)!)
}

/** The trained logits at the start of a run. */
function firstLogits(config: ModelConfig, settings: ConcreteDropoutConfig): Map<string, OwnWeight> {
  const { initialProbability: p, learningRateFactor } = settings
  const value = Math.log(p / (1 - p)) / learningRateFactor
  return new Map(regularizedMatrices(config).map((matrix) => [logitName(matrix), { shape: [1], value }]))
}

/** Concrete dropout where p is learned, vanilla dropout elsewhere. */
function concreteRule(
  { random, config }: StepContext,
  { temperature }: ConcreteDropoutConfig,
  logitOf: (matrix: string) => tf.Tensor1D,
): DropoutRule {
  const [vanilla, concrete] = [random('second'), random('mask')]
  return (values, site) => {
    const matrix = matrixAt(config, site)
    if (matrix === null) return dropout(values, site.probability, vanilla, site.name)
    const draw = (): tf.Tensor => concrete.uniform(values.shape, `concrete-dropout.${site.name}`)
    return softDropout(values, logitOf(matrix), draw, temperature)
  }
}

/** What keeps the logarithm of a draw of 0 finite; the released code’s number. */
const smallest = 1e-7

/**
 * Dropout by a soft choice, differentiable in its probability.
 *
 * @equation  y = x·f, f = σ(−a)·(1 + eˡ), a = (l + logit u)/t, l = logit p, so that 1 + eˡ = 1/(1 − p)
 * @equation  df/dl = σ(−a)·(eˡ − σ(a)·(1 + eˡ)/t)
 * @param values x, float32, any shape
 * @param logit  l, float32 [1]
 * @param draw   u, float32 of the shape of x in [0, 1), the same each time
 * @param temperature t, greater than 0
 * @returns float32 of the shape of x
 */
export function softDropout<Value extends tf.Tensor>(
  values: Value,
  logit: tf.Tensor1D,
  draw: () => tf.Tensor,
  temperature: number,
): Value {
  const choice = (l: tf.Tensor): { isDropped: tf.Tensor; isKept: tf.Tensor } => {
    const u = draw()
    const odds = tf.sub(tf.log(tf.add(u, smallest)), tf.log(tf.sub(1 + smallest, u)))
    const a = tf.div(tf.add(odds, l), temperature)
    return { isDropped: tf.sigmoid(a), isKept: tf.sigmoid(tf.neg(a)) }
  }
  const inverseKeep = (l: tf.Tensor): tf.Tensor => tf.add(1, tf.exp(l))
  const scaled = (x: tf.Tensor, l: tf.Tensor): Value =>
    tf.mul<Value>(x, tf.mul(choice(l).isKept, inverseKeep(l)))
  return withGradient<Value>(
    { values, logit },
    (keep) => {
      keep(values, logit)
      return scaled(values, logit)
    },
    // Drawn again instead of kept, as in vanilla dropout.
    (dy, [x, l]) => ({
      values: () => scaled(dy, l!),
      logit: () => {
        const { isDropped, isKept } = choice(l!)
        const slope = tf.sub(tf.exp(l!), tf.mul(isDropped, tf.div(inverseKeep(l!), temperature)))
        return tf.reshape(tf.sum(tf.mul(tf.mul(dy, x!), tf.mul(isKept, slope))), [1])
      },
    }),
  )
}

/** ‖W‖², float32 []. The library's gradient of a sum has a tensor of ones in it, of the matrix's size: a trace refuses it. */
function sumOfSquares(matrix: tf.Tensor): tf.Scalar {
  return withGradient<tf.Scalar>(
    { matrix },
    (keep) => {
      keep(matrix)
      return tf.sum(tf.square(matrix))
    },
    (dy, [w]) => ({ matrix: () => tf.mul(w!, tf.mul(dy, 2)) }),
  )
}

/** The two terms of a place, float32 [1]. */
function placeTerms(
  parameters: Parameters,
  matrix: string,
  logit: tf.Tensor1D,
  units: number,
  { weightRegularizer, dropoutRegularizer }: Strengths,
): tf.Tensor1D {
  const squares = sumOfSquares(parameters.get(matrix)!)
  const onWeights = tf.mul<tf.Tensor1D>(tf.mul(squares, weightRegularizer), tf.add(1, tf.exp(logit)))
  return tf.add(onWeights, tf.mul(negativeEntropy(logit), dropoutRegularizer * units))
}

/**
 * Negative entropy of a coin.
 *
 * @equation  p log p + (1 − p) log(1 − p), log p = −softplus(−l), log(1 − p) = −softplus(l), l = logit p
 * @param logit l, float32 of any shape
 * @returns float32 of the same shape, in [−log 2, 0]
 */
export function negativeEntropy(logit: tf.Tensor1D): tf.Tensor1D {
  const opposite = tf.neg(logit)
  const heads = tf.mul(tf.sigmoid(logit), tf.softplus(opposite))
  return tf.neg(tf.add<tf.Tensor1D>(heads, tf.mul(tf.sigmoid(opposite), tf.softplus(logit))))
}
