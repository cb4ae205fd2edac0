/** What a method adds to plain fine-tuning: the one interface of all of them. */
import type * as tf from '@tensorflow/tfjs'
import type { Targets } from '../losses/task-loss.ts'
import type { LogitsFunction } from '../attribution/attribution.ts'
import type { EncoderInputs, ForwardOptions } from '../models/forward-options.ts'
import type { Parameters } from '../models/parameters.ts'
import type { PassName, PassRandom } from '../random/uniform-source.ts'
import type { EncoderConfig } from '@shared/results/checkpoint-summary.ts'

/** A part of a step, for the accounting of time. */
export type StepPart = 'firstPass' | 'attribution' | 'mask' | 'secondPass' | 'backward' | 'update'

/** One batch as tensors. */
export interface Batch {
  readonly inputs: EncoderInputs
  readonly targets: Targets
}

/** Everything a method may use during one step. */
export interface StepContext {
  readonly config: EncoderConfig
  /** The weights of this step; borrowed. */
  readonly parameters: Parameters
  readonly batch: Batch
  /** The model with these weights. */
  readonly logits: LogitsFunction
  /** Random numbers of this step, one independent stream per pass. */
  random(pass: PassName): PassRandom
  /**
   * The part that begins now; the time since the last call belongs to the part named then.
   *
   * @param part what begins
   * @param finished what the part before left behind
   */
  begin(part: StepPart, finished?: readonly tf.Tensor[]): void
}

/** A method. */
export interface Regularizer {
  /**
   * Work before the loss; no weight gets a gradient from it.
   *
   * @returns what the loss pass changes against plain fine-tuning; its tensors belong to the caller's `tf.tidy`
   */
  prepare(step: StepContext): Omit<ForwardOptions, 'random'>
}
