/** AdamW in plain tfjs operations: runs on every backend, and is the reference for faster ones. */
import * as tf from '@tensorflow/tfjs'
import { updateScalars, type Optimizer, type OptimizerStart, type UpdateScalars } from './optimizer.ts'

interface Slot {
  readonly weight: tf.Variable
  readonly firstMoment: tf.Variable
  readonly secondMoment: tf.Variable
}

/**
 * AdamW with decoupled weight decay.
 *
 * @equation  m ← β₁m + (1 − β₁)g;  v ← β₂v + (1 − β₂)g²
 * @equation  w ← w − η·√(1 − β₂ᵗ)/(1 − β₁ᵗ)·m/(√v + ε);  then w ← w − η·λ·w (not for biases and LayerNorm)
 * @source    Loshchilov and Hutter 2019, arXiv:1711.05101, in the form of Hugging Face's former AdamW, which AD-DROP used
 * @differs   With `form: 'pytorch'` as torch.optim.AdamW: decay before the update, ε beside the bias-corrected √v̂
 * @param start weights, settings, earlier moments
 */
export function createAdamW(start: OptimizerStart): Optimizer {
  const { beta1, beta2, form } = start.settings
  let step = start.state?.step ?? 0
  const slots = new Map<string, Slot>()
  for (const [name, weight] of start.parameters) {
    const moment = (values: Float32Array | undefined): tf.Variable =>
      tf.tidy(() => tf.variable(values ? tf.tensor(values, weight.shape) : tf.zerosLike(weight), false))
    slots.set(name, {
      weight: tf.variable(weight, true),
      firstMoment: moment(start.state?.firstMoments.get(name)),
      secondMoment: moment(start.state?.secondMoments.get(name)),
    })
  }

  const update = (slot: Slot, gradient: tf.Tensor, scalars: UpdateScalars, decay: number): void => {
    const m = tf.add(tf.mul(slot.firstMoment, beta1), tf.mul(gradient, 1 - beta1))
    const v = tf.add(tf.mul(slot.secondMoment, beta2), tf.mul(tf.square(gradient), 1 - beta2))
    const change = tf.mul(tf.div(m, tf.add(tf.sqrt(v), scalars.epsilon)), scalars.stepSize)
    slot.firstMoment.assign(m)
    slot.secondMoment.assign(v)
    slot.weight.assign(
      form === 'pytorch'
        ? tf.sub(tf.mul(slot.weight, 1 - decay), change)
        : tf.mul(tf.sub(slot.weight, change), 1 - decay),
    )
  }

  return {
    parameters: () => new Map([...slots].map(([name, slot]) => [name, slot.weight])),
    apply(gradients, learningRate) {
      step++
      const scalars = updateScalars(start.settings, step, learningRate)
      for (const [name, gradient] of gradients) {
        const decay = start.exempt.has(name) ? 0 : scalars.decay
        tf.tidy(() => {
          update(slots.get(name)!, gradient, scalars, decay)
        })
      }
    },
    state(names = [...slots.keys()]) {
      const moments = (of: 'firstMoment' | 'secondMoment'): ReadonlyMap<string, Float32Array> =>
        new Map(names.map((name) => [name, slots.get(name)![of].dataSync<'float32'>()]))
      return { step, firstMoments: moments('firstMoment'), secondMoments: moments('secondMoment') }
    },
    dispose() {
      for (const slot of slots.values()) tf.dispose([slot.weight, slot.firstMoment, slot.secondMoment])
    },
  }
}
