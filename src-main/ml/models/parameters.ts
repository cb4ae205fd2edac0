/** Weights by name: Hugging Face's names and layouts throughout. */
import { linear } from '../layers/linear.ts'
import type * as tf from '@tensorflow/tfjs'

/** Weights of a model, by Hugging Face name (`bert.encoder.layer.0.attention.self.query.weight`, …). */
export type Parameters = ReadonlyMap<string, tf.Tensor>

/**
 * One weight matrix or table.
 *
 * @param parameters the model's weights
 * @param name full name
 * @returns float32 [rows, columns]
 * @throws Error when the model has no such weight (a bug: loading checks all names)
 */
export function matrix(parameters: Parameters, name: string): tf.Tensor2D {
  return find(parameters, name) as tf.Tensor2D
}

/**
 * One weight vector.
 *
 * @param parameters the model's weights
 * @param name full name
 * @returns float32 [size]
 * @throws Error when the model has no such weight
 */
export function vector(parameters: Parameters, name: string): tf.Tensor1D {
  return find(parameters, name) as tf.Tensor1D
}

function find(parameters: Parameters, name: string): tf.Tensor {
  const found = parameters.get(name)
  if (found === undefined) throw new Error(`The model has no weight named ${name}.`)
  return found
}

/**
 * The affine map with this name.
 *
 * @param parameters the model's weights
 * @param name without `.weight` and `.bias`
 * @param rows float32 [N, I]
 * @returns float32 [N, O]
 */
export function affine(parameters: Parameters, name: string, rows: tf.Tensor2D): tf.Tensor2D {
  return linear(rows, matrix(parameters, `${name}.weight`), vector(parameters, `${name}.bias`))
}

/** First part of the names of weights that a method brings along; no checkpoint of a model has them. */
export const ownWeightPrefix = 'method.'
