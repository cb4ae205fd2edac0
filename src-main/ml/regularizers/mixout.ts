/** Mixout: a random share of the weights takes its pre-trained values for a step. */
import * as tf from '@tensorflow/tfjs'
import { withGradient } from '../tensors/with-gradient.ts'
import { perturbedStep, perturbedWeights } from './perturbed-step.ts'
import type { MixoutConfig } from '@shared/config/methods/mixout.ts'
import type { Regularizer } from './regularizer.ts'

/**
 * Mixout with the given settings.
 *
 * @equation  W̃ = (M⊙W + (1 − M)⊙W₀ − p·W₀) / (1 − p), M ~ Bernoulli(1 − p)
 * @source    Lee, Cho and Kang 2020, arXiv:1909.11299, Eq. 5
 * @differs   Mixed are the matrices of the encoder and the pooler; embeddings, biases, LayerNorm and the new classifier
 *            train plainly, with vanilla dropout before the classifier only. M is one number per input unit, as in paper
 *            and released code; `mask: 'element'` draws one per weight, the paper's mixconnect. The released code leaves
 *            the factor 1/(1 − p) out of the derivative (`gradient: 'as-released'`).
 * @param settings p, mask, derivative
 */
export function mixout(settings: MixoutConfig): Regularizer {
  return {
    state: {
      shapes(weights, config) {
        const names = perturbedWeights(config)
        return new Map([...weights].filter(([name]) => names.has(name)))
      },
      initial(parameters, config) {
        const names = perturbedWeights(config)
        return new Map(
          [...parameters].flatMap(([name, tensor]) => (names.has(name) ? [[name, tf.clone(tensor)]] : [])),
        )
      },
    },
    prepare(step) {
      const masks = step.random('mask')
      return perturbedStep(step, (matrix, name) => {
        const [rows, columns] = matrix.shape as [number, number]
        const shape = settings.mask === 'element' ? [rows, columns] : [1, columns]
        const keep = (): tf.Tensor =>
          tf.cast(tf.greaterEqual(masks.uniform(shape, `mixout.${name}`), settings.mixProbability), 'float32')
        return mixWeight(matrix, step.state.get(name)!, keep, settings)
      })
    },
  }
}

/**
 * One mixed weight.
 *
 * @param weight W, float32 [out, in]
 * @param anchor W₀, float32 [out, in]
 * @param keep   draws M, float32 [out, in] or [1, in], the same each time; 1 = W stays
 * @param settings p and the derivative
 * @returns W̃, float32 [out, in]
 */
export function mixWeight(
  weight: tf.Tensor,
  anchor: tf.Tensor,
  keep: () => tf.Tensor,
  settings: Pick<MixoutConfig, 'mixProbability' | 'gradient'>,
): tf.Tensor {
  const { mixProbability: p, gradient } = settings
  return withGradient(
    { weight },
    () => {
      const mask = keep()
      const mixed = tf.add(tf.mul(mask, weight), tf.mul(tf.sub(1 - p, mask), anchor))
      return tf.div(mixed, 1 - p)
    },
    (dy) => ({ weight: () => tf.mul(dy, tf.mul(keep(), gradient === 'exact' ? 1 / (1 - p) : 1)) }),
  )
}
