/** The whole model: encoder and head. */
import { headOf } from '../heads/head-table.ts'
import { encoder, encoderFrom, type EncoderStart } from './encoder.ts'
import type * as tf from '@tensorflow/tfjs'
import type { Parameters } from './parameters.ts'
import type { EncoderInputs, ForwardOptions, LastBlock } from './forward-options.ts'
import type { Model, ModelConfig } from './model-config.ts'

/**
 * Logits of a batch.
 *
 * @param parameters weights, Hugging Face names
 * @param config sizes, dropout probabilities, kind of task
 * @param inputs token ids, int32 [B, T]
 * @param options dropout, keep masks, probe
 * @returns float32 [R, C], see `TaskHead`; C = 1 for regression
 */
export function modelLogits(
  parameters: Parameters,
  config: ModelConfig,
  inputs: EncoderInputs,
  options: ForwardOptions = {},
): tf.Tensor2D {
  const whole = withLastBlock(config, options)
  const hidden = encoder(parameters, config, inputs, whole)
  return headOf(config.taskKind).logits({ parameters, config }, hidden, inputs, whole)
}

/**
 * Logits of a batch, computed from the attention output of one block.
 *
 * @param model weights and sizes
 * @param inputs token ids, int32 [B, T]
 * @param start the block and its attention output; borrowed
 * @param options dropout, keep masks, probe
 * @returns float32 [R, C]; what `modelLogits` returns where `start` is from its pass
 */
export function modelLogitsFrom(
  model: Model,
  inputs: EncoderInputs,
  start: EncoderStart,
  options: ForwardOptions = {},
): tf.Tensor2D {
  const whole = withLastBlock(model.config, options)
  const hidden = encoderFrom(model.parameters, model.config, inputs, start, whole)
  return headOf(model.config.taskKind).logits(model, hidden, inputs, whole)
}

/**
 * Query tokens that a pass computes in the last block: what the pass asks for, else what the head reads.
 *
 * @param config for the head
 * @param options of the pass
 */
export function lastBlockOf(
  config: Pick<ModelConfig, 'taskKind'>,
  options: Pick<ForwardOptions, 'lastBlock'> = {},
): LastBlock {
  return options.lastBlock ?? headOf(config.taskKind).lastBlock
}

function withLastBlock(
  config: ModelConfig,
  options: ForwardOptions,
): ForwardOptions & { readonly lastBlock: LastBlock } {
  return { ...options, lastBlock: lastBlockOf(config, options) }
}
