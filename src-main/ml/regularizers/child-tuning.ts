/** Child-Tuning: only a part of the weights gets gradients. */
import * as tf from '@tensorflow/tfjs'
import { namesOf } from '../models/model-weights.ts'
import { lossGradients } from '../training/loss-gradients.ts'
import type { ChildTuningConfig } from '@shared/config/methods/child-tuning.ts'
import type { Gradients, PlainWeights, Regularizer, StepContext, Survey } from './regularizer.ts'

/** Norm to which every tensor's gradient is clipped before it is squared, as in the released code. */
const surveyGradientNorm = 1

/**
 * Child-Tuning F: another child network in every step, whatever the task.
 *
 * @equation  g ← g⊙M/p, M ~ Bernoulli(p), new in every step, for every weight
 * @source    Xu et al. 2021, arXiv:2109.05687, Eq. 3 to 8
 * @differs   As the released code: weights that do not learn still decay and keep their momentum.
 * @param settings p
 */
export function childTuningF(settings: Pick<ChildTuningConfig, 'childRatio'>): Regularizer {
  const { childRatio } = settings
  return {
    prepare({ random }) {
      const numbers = random('mask')
      const scaled = (name: string, gradient: tf.Tensor): tf.Tensor => {
        const learns = tf.less(numbers.uniform(gradient.shape, `child-tuning.${name}`), childRatio)
        return tf.mul(gradient, tf.mul(tf.cast(learns, 'float32'), 1 / childRatio))
      }
      return {
        gradients: (clipped) =>
          new Map([...clipped].map(([name, gradient]) => [name, scaled(name, gradient)])),
      }
    },
  }
}

/**
 * Child-Tuning D: one child network for the whole run, chosen by a survey of the training set.
 *
 * @equation  g ← g⊙[Fᵢ ≥ quantile(F, 1 − p)], Fᵢ = mean over batches of (∂L/∂wᵢ)², for the weights of the encoder's blocks
 * @source    Xu et al. 2021, arXiv:2109.05687, Eq. 3 to 8
 * @differs   As the released code: weights that do not learn still decay and keep their momentum; the gradient of each
 *            tensor is clipped to norm 1 before it is squared; one quantile is taken over all layers; embeddings, pooler
 *            and classifier always learn.
 * @param settings p
 */
export function childTuningD(settings: Pick<ChildTuningConfig, 'childRatio'>): Regularizer {
  return {
    state: {
      shapes(weights, config) {
        const names = namesOf(config, ({ part }) => part === 'block')
        return new Map([...weights].filter(([name]) => names.has(name)))
      },
      initial: () => new Map(),
    },
    survey: fisherSurvey(settings.childRatio),
    prepare: ({ state }) => ({ gradients: (clipped) => maskedGradients(clipped, state) }),
  }
}

/**
 * Gradients of the weights that learn.
 *
 * @param gradients by name
 * @param masks float32 of the weights' shapes, or of shapes that broadcast to them; 1 = learns; weights without one learn
 */
export function maskedGradients(gradients: Gradients, masks: Gradients): Gradients {
  return new Map(
    [...gradients].map(([name, gradient]) => {
      const mask = masks.get(name)
      return [name, mask === undefined ? gradient : tf.mul(gradient, mask)]
    }),
  )
}

/** Fisher information of the encoder's weights, then the mask of its largest values. */
function fisherSurvey(ratio: number): Survey {
  return {
    beforeEpochs: [1],
    accumulate: addSquaredGradients,
    conclude({ state: sums }) {
      const threshold = quantile(sums, 1 - ratio)
      const mask = (values: Float32Array): Float32Array => values.map((value) => (value >= threshold ? 1 : 0))
      return { state: new Map([...sums].map(([name, values]) => [name, mask(values)])), weights: null }
    },
  }
}

/** Sums of squared gradients with a batch's added. */
function addSquaredGradients({ config, parameters, state, batch, random }: StepContext): Gradients {
  const { gradients } = lossGradients(parameters, { config, batch, random: random('first') })
  return new Map(
    [...state].map(([name, sum]) => {
      const gradient = gradients.get(name)!
      const norm = tf.sqrt(tf.sum(tf.square(gradient)))
      const factor = tf.minimum(1, tf.div(surveyGradientNorm, tf.add(norm, 1e-6)))
      return [name, tf.add(sum, tf.square(tf.mul(gradient, factor)))]
    }),
  )
}

/**
 * A quantile of all entries together, linear between two of them.
 *
 * @param values by name
 * @param at in [0, 1]
 */
export function quantile(values: PlainWeights, at: number): number {
  const all = new Float32Array([...values.values()].reduce((sum, { length }) => sum + length, 0))
  let filled = 0
  for (const part of values.values()) {
    all.set(part, filled)
    filled += part.length
  }
  all.sort()
  const place = at * (all.length - 1)
  const below = Math.floor(place)
  const [low, high] = [all[below]!, all[Math.min(below + 1, all.length - 1)]!]
  return low + (high - low) * (place - below)
}
