/** The training loss and its gradient with respect to every weight. */
import * as tf from '@tensorflow/tfjs'
import { exampleLosses, meanLoss } from '../losses/task-loss.ts'
import { classifierLogits } from '../models/sequence-classifier.ts'
import type { ForwardOptions } from '../models/forward-options.ts'
import type { Parameters } from '../models/parameters.ts'
import type { Batch } from '../regularizers/regularizer.ts'
import type { EncoderConfig } from '@shared/results/checkpoint-summary.ts'

/** Loss and gradients of a batch. */
export interface LossGradients {
  /** float32 scalar, mean over the batch */
  readonly loss: tf.Scalar
  /** dL/dw by weight name, of the weights' shapes */
  readonly gradients: ReadonlyMap<string, tf.Tensor>
}

/**
 * Differentiates the task's loss.
 *
 * @param parameters weights
 * @param config sizes and dropout probabilities
 * @param batch the batch; borrowed
 * @param options dropout, keep masks
 * @param onForwardDone told when the backward pass begins; gets every example's loss, float32 [B], borrowed
 * @returns loss and gradients
 * @ownership Caller disposes both (or runs inside `tf.tidy`).
 */
export function lossGradients(
  parameters: Parameters,
  config: EncoderConfig,
  batch: Batch,
  options: ForwardOptions,
  onForwardDone?: (losses: tf.Tensor1D) => void,
): LossGradients {
  const names = [...parameters.keys()]
  const differentiate = tf.valueAndGrads((...weights: tf.Tensor[]) => {
    const current = new Map(names.map((name, index) => [name, weights[index]!]))
    const losses = exampleLosses(classifierLogits(current, config, batch.inputs, options), batch.targets)
    onForwardDone?.(losses)
    return meanLoss(losses, batch.targets)
  })
  const { value, grads } = differentiate([...parameters.values()])
  return { loss: value, gradients: new Map(names.map((name, index) => [name, grads[index]!])) }
}
