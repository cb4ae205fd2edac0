/** Weights and tensors that a method brings along, at the start of a run. */
import * as tf from '@tensorflow/tfjs'
import { ownWeightPrefix, type Parameters } from '../models/parameters.ts'
import type { MethodState, PlainWeights, Regularizer } from '../regularizers/regularizer.ts'
import type { ModelConfig } from '../models/model-config.ts'

/**
 * The weights of a method at the start of a run.
 *
 * @param regularizer the method
 * @param config the encoder's sizes
 * @returns tensors by name, empty for most methods; the caller disposes them
 */
export function ownWeights(regularizer: Regularizer, config: ModelConfig): Parameters {
  const made = new Map<string, tf.Tensor>()
  for (const [name, { shape, value }] of regularizer.ownWeights?.(config) ?? []) {
    if (!name.startsWith(ownWeightPrefix)) throw new Error(`${name} does not begin with ${ownWeightPrefix}.`)
    made.set(name, tf.fill([...shape], value))
  }
  return made
}

/**
 * A method's tensors at the start of a trainer.
 *
 * @param state what the method keeps; none for most
 * @param config the encoder's sizes
 * @param parameters the weights at the start
 * @param restored values of an earlier part of the run; first values when left out
 * @returns tensors by name; the caller disposes them
 */
export function startingState(
  state: MethodState | undefined,
  config: ModelConfig,
  parameters: Parameters,
  restored: PlainWeights | undefined,
): Parameters {
  const made = new Map<string, tf.Tensor>()
  if (state === undefined) return made
  const shapes = state.shapes(new Map([...parameters].map(([name, { shape }]) => [name, shape])), config)
  const initial = restored === undefined ? state.initial(parameters, config) : null
  for (const [name, shape] of shapes) {
    const size = [...shape]
    const values = restored?.get(name)
    const first = values === undefined ? initial?.get(name) : tf.tensor(values, size, 'float32')
    made.set(name, first ?? tf.zeros(size))
  }
  return made
}
