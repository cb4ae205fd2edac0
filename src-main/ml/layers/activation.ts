/** Activation functions by the names of config.json, and tanh for heads. */
import * as tf from '@tensorflow/tfjs'
import { withGradient } from '../tensors/with-gradient.ts'
import { gelu } from './gelu.ts'
import type { HiddenActivation } from '@shared/results/checkpoint-summary.ts'

/**
 * An activation.
 *
 * @equation  gelu: x·Φ(x); gelu_new: x/2·(1 + tanh(√(2/π)·(x + 0.044715x³))); silu: x·σ(x)
 * @source    Hendrycks and Gimpel 2016, arXiv:1606.08415; names as transformers' config.json has them
 * @param kind name
 * @param values float32, any shape
 * @returns float32 of the same shape
 */
export function activation<Value extends tf.Tensor>(kind: HiddenActivation | 'tanh', values: Value): Value {
  switch (kind) {
    case 'gelu':
      return gelu(values)
    case 'gelu_new':
      return geluByTanh(values)
    case 'relu':
      return relu(values)
    case 'silu':
      return tf.mul<Value>(values, tf.sigmoid(values))
    case 'tanh':
      return tf.tanh(values)
  }
}

/** As PyTorch's, the derivative at 0 is 0. */
function relu<Value extends tf.Tensor>(values: Value): Value {
  return withGradient<Value>(
    { values },
    (keep) => {
      keep(values)
      return tf.maximum(values, 0)
    },
    (dy, [x]) => ({ values: () => tf.mul(dy, tf.cast(tf.greater(x!, 0), 'float32')) }),
  )
}

function geluByTanh<Value extends tf.Tensor>(values: Value): Value {
  const cube = tf.mul(tf.mul(values, values), values)
  const inner = tf.mul(tf.add(values, tf.mul(cube, 0.044715)), Math.sqrt(2 / Math.PI))
  return tf.mul<Value>(tf.mul(values, 0.5), tf.add(tf.tanh(inner), 1))
}
