/** AdamW inside a graph: one fused update per weight, on variables. */
import * as tf from '@tensorflow/tfjs'
import { typeAttribute, type TensorflowBackend } from '@main/tracer/tensorflow-backend.ts'
import type { AdamWSettings } from '@main/ml/optimizers/optimizer.ts'
import type { GraphVariable } from '@main/tracer/compile.ts'

/** Scalars of an update as inputs of the graph; float32 scalars, see `UpdateScalars`. */
export interface UpdateInputs {
  readonly beta1: tf.Tensor
  readonly beta2: tf.Tensor
  readonly beta1Power: tf.Tensor
  readonly beta2Power: tf.Tensor
  readonly learningRate: tf.Tensor
  readonly epsilon: tf.Tensor
  /** 1 − η·λ, what decay leaves of a weight. */
  readonly decayFactor: tf.Tensor
}

/** Names of variables: three of every weight, one of every tensor of the method. */
export const variableNames = {
  state: (name: string): string => `state.${name}`,
  weight: (name: string): string => name,
  firstMoment: (name: string): string => `exp_avg.${name}`,
  secondMoment: (name: string): string => `exp_avg_sq.${name}`,
}

/**
 * Updates every weight in place; same equation as `createAdamW`.
 *
 * @param backend tfjs-node's backend
 * @param variable the graph's variables
 * @param gradients dL/dw by weight name
 * @param settings AdamW's settings, and the weights that decay leaves alone
 * @param inputs scalars of this update
 */
export function updateWeights(
  backend: TensorflowBackend,
  variable: (name: string) => GraphVariable,
  gradients: ReadonlyMap<string, tf.Tensor>,
  settings: AdamWSettings & { readonly exempt: ReadonlySet<string> },
  inputs: UpdateInputs,
): void {
  const no = { type: backend.binding['TF_ATTR_BOOL']!, value: false }
  const attributes = [
    typeAttribute(backend, 'T', 'TF_FLOAT'),
    { name: 'use_locking', ...no },
    { name: 'use_nesterov', ...no },
  ]
  const { beta1, beta2, beta1Power, beta2Power, learningRate, epsilon, decayFactor } = inputs
  for (const [name, gradient] of gradients) {
    const weight = variable(variableNames.weight(name))
    const shrink = (): void => {
      if (settings.weightDecay > 0 && !settings.exempt.has(name)) {
        weight.assign(tf.mul(weight.read(), decayFactor))
      }
    }
    if (settings.form === 'pytorch') shrink()
    const moments = [variableNames.firstMoment(name), variableNames.secondMoment(name)]
    const handles = [weight.handle, ...moments.map((moment) => variable(moment).handle)]
    const scalars = [beta1Power, beta2Power, learningRate, beta1, beta2, epsilon]
    backend.executeMultipleOutputs('ResourceApplyAdam', attributes, [...handles, ...scalars, gradient], 0)
    if (settings.form === 'hugging-face') shrink()
  }
}
