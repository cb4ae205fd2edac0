/** A model: an encoder with the head of a kind of task. */
import type { EncoderConfig } from '@shared/results/checkpoint-summary.ts'
import type { TaskKind } from '@shared/tasks/task.ts'
import type { Parameters } from './parameters.ts'

/** Sizes of the encoder, and which head stands on it. */
export interface ModelConfig extends EncoderConfig {
  readonly taskKind: TaskKind
}

/** Weights and sizes. */
export interface Model {
  /** Hugging Face names. */
  readonly parameters: Parameters
  readonly config: ModelConfig
}
