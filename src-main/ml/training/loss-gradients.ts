/** The training loss and its gradient with respect to every weight. */
import * as tf from '@tensorflow/tfjs'
import { exampleLosses, meanLoss } from '../losses/task-loss.ts'
import { ownWeightPrefix } from '../models/parameters.ts'
import { modelLogits } from '../models/model-logits.ts'
import type { LogitsFunction } from '../attribution/attribution.ts'
import type { Parameters } from '../models/parameters.ts'
import type { PassRandom } from '../random/uniform-source.ts'
import type { Batch, StepChanges, TrainedModel } from '../regularizers/regularizer.ts'
import type { ModelConfig } from '../models/model-config.ts'

/** Loss and gradients of a batch. */
export interface LossGradients {
  /** float32 scalar, mean over the batch */
  readonly loss: tf.Scalar
  /** dL/dw by weight name, of the weights' shapes; a method's own weights are missing in steps that are not the method's */
  readonly gradients: ReadonlyMap<string, tf.Tensor>
}

/** What the loss of a step depends on beside the weights. */
export interface LossSetting {
  readonly config: ModelConfig
  /** Borrowed. */
  readonly batch: Batch
  /** Plain fine-tuning when left out. */
  readonly changes?: StepChanges
  /** Random numbers of the pass; left out for none, which switches vanilla dropout off. */
  readonly random?: PassRandom | undefined
}

/**
 * The loss of every example that a step trains on.
 *
 * @param parameters weights
 * @param setting batch and method
 * @returns float32 [B]
 */
export function stepLosses(parameters: Parameters, setting: LossSetting): tf.Tensor1D {
  const { config, batch, changes = {}, random } = setting
  if (changes.losses !== undefined) return changes.losses(modelOf(parameters, config))
  const options = { ...changes.pass, ...(random === undefined ? {} : { random }) }
  return exampleLosses(modelLogits(parameters, config, batch.inputs, options), batch.targets)
}

/**
 * Differentiates the loss of a step, see `stepLosses`.
 *
 * @param parameters weights
 * @param setting batch and method
 * @param onForwardDone told when the backward pass begins; gets every example's loss, borrowed
 * @returns loss and gradients
 * @ownership Caller disposes both (or runs inside `tf.tidy`).
 */
export function lossGradients(
  parameters: Parameters,
  setting: LossSetting,
  onForwardDone?: (losses: tf.Tensor1D) => void,
): LossGradients {
  // Only a loss of the method's can read them: in steps of plain fine-tuning they rest, moments included.
  const ownAreRead = setting.changes?.losses !== undefined
  const names = [...parameters.keys()].filter((name) => ownAreRead || !name.startsWith(ownWeightPrefix))
  const differentiate = tf.valueAndGrads((...weights: tf.Tensor[]) => {
    const losses = stepLosses(new Map(names.map((name, index) => [name, weights[index]!])), setting)
    onForwardDone?.(losses)
    return meanLoss(losses, setting.batch.targets)
  })
  const { value, grads } = differentiate(names.map((name) => parameters.get(name)!))
  return { loss: value, gradients: new Map(names.map((name, index) => [name, grads[index]!])) }
}

/**
 * A model with fixed weights, as methods and evaluation see it.
 *
 * @param parameters weights
 * @param config sizes and dropout probabilities
 */
export function logitsOf(parameters: Parameters, config: ModelConfig): LogitsFunction {
  return (inputs, options) => modelLogits(parameters, config, inputs, options)
}

function modelOf(parameters: Parameters, config: ModelConfig): TrainedModel {
  return { parameters, logits: logitsOf(parameters, config) }
}
