/** What a method adds to plain fine-tuning: the one interface of all of them. */
import type * as tf from '@tensorflow/tfjs'
import type { Targets } from '../heads/targets.ts'
import type { LogitsFunction } from '../attribution/attribution.ts'
import type { EncoderInputs, ForwardOptions } from '../models/forward-options.ts'
import type { ParameterShapes } from '../models/weight-spec.ts'
import type { Parameters } from '../models/parameters.ts'
import type { PassName, PassRandom } from '../random/uniform-source.ts'
import type { ModelConfig } from '../models/model-config.ts'

/** A part of a step, for the accounting of time. */
export type StepPart = 'firstPass' | 'attribution' | 'mask' | 'secondPass' | 'backward' | 'update'

/** One batch as tensors. */
export interface Batch {
  readonly inputs: EncoderInputs
  readonly targets: Targets
}

/** Everything a method may use during one step. */
export interface StepContext {
  readonly config: ModelConfig
  /** The weights of this step; borrowed. */
  readonly parameters: Parameters
  /** The method's own tensors, see `MethodState`; borrowed. */
  readonly state: Parameters
  readonly batch: Batch
  /** The model with these weights. */
  readonly logits: LogitsFunction
  /** Random numbers of this step, one independent stream per pass; the loss pass of plain fine-tuning is `second`. */
  readonly random: (pass: PassName) => PassRandom
  /**
   * The part that begins now; the time since the last call belongs to the part named then.
   *
   * @param part what begins
   * @param finished what the part before left behind
   */
  readonly begin: (part: StepPart, finished?: readonly tf.Tensor[]) => void
}

/** The model with the weights that the loss is differentiated by. */
export interface TrainedModel {
  readonly parameters: Parameters
  /** Logits of a pass, float32 [R, C], see `TaskHead`. */
  readonly logits: LogitsFunction
}

/** Gradients by weight name. */
export type Gradients = ReadonlyMap<string, tf.Tensor>

/** What a method changes in a step; nothing = plain fine-tuning. */
export interface StepChanges {
  /** What the pass that the task's loss is taken from does differently. */
  readonly pass?: Omit<ForwardOptions, 'random'>
  /**
   * The loss of every example, in place of the task's loss of that pass: float32 [B]. Differentiable in the weights.
   * Rows that fill a batch up (weight 0 in its targets) must not change the others.
   */
  readonly losses?: (model: TrainedModel) => tf.Tensor1D
  /** The gradients that the optimizer gets: from the clipped ones, of the same names and shapes. */
  readonly gradients?: (clipped: Gradients) => Gradients
}

/** Tensors that a method keeps over a run beside the weights, read by its steps and not trained. */
export interface MethodState {
  /**
   * Names and shapes.
   *
   * @param weights of the model
   * @param config the encoder's sizes
   */
  shapes(weights: ParameterShapes, config: ModelConfig): ParameterShapes
  /**
   * First values; tensors that are left out are 0.
   *
   * @param parameters the weights at the start of the run; borrowed
   * @param config the encoder's sizes
   */
  initial(parameters: Parameters, config: ModelConfig): Parameters
}

/** Weights on the processor's side, by name. */
export type PlainWeights = ReadonlyMap<string, Float32Array>

/** Where the run stands when a survey is made. */
export interface SurveyPlace {
  /** The coming epoch, 1-based. */
  readonly epoch: number
  /** The validation score of every finished epoch, in order, by the task's headline metric; higher is better, null = undefined. */
  readonly scores: readonly (number | null)[]
  /** The weights at the start of the run. */
  readonly first: PlainWeights
}

/** What a survey concludes from. */
export interface SurveyFindings extends SurveyPlace {
  readonly config: ModelConfig
  /** The run's seed. */
  readonly seed: number
  /** The method's tensors: the sums, where the survey made some. */
  readonly state: PlainWeights
  /** The weights as they are. */
  readonly weights: PlainWeights
}

/** What a survey concludes. */
export interface SurveyResult {
  /** New values of the method's tensors. */
  readonly state: PlainWeights
  /** New weights by name, with all moments set to 0; null = training goes on where it stands. */
  readonly weights: PlainWeights | null
  /** What was found, for the run's log. */
  readonly note?: string
}

/** What a method looks at before some of the run's epochs: the training set, the scores so far. */
export interface Survey {
  /** 1-based epochs before whose first step it is made, ascending. */
  readonly beforeEpochs: readonly number[]
  /**
   * Sums something up over the training batches in the method's state, all of which is 0 at the first of them; without it
   * no batch is looked at, and the state is as the last step had it.
   *
   * @param step the batch; its `state` holds the sums so far
   * @returns new values of the tensors that change with the batch
   */
  readonly accumulate?: (step: StepContext) => Parameters
  /** What follows: a function of what is found and of nothing else, so that a resumed run concludes the same. */
  conclude(found: SurveyFindings): SurveyResult
}

/** A method. */
export interface Regularizer {
  /**
   * Work before the loss; no weight gets a gradient from it.
   *
   * @returns what the step changes against plain fine-tuning; its tensors belong to the caller's `tf.tidy`
   */
  prepare(step: StepContext): StepChanges
  /** Weights of the method's own, trained with the model's by steps that replace the losses: shape and first values by name. */
  readonly ownWeights?: (config: ModelConfig) => ReadonlyMap<string, OwnWeight>
  readonly state?: MethodState
  readonly survey?: Survey
  /** Whether an example's loss depends on the other examples of its batch; false when left out. */
  readonly mixesExamples?: boolean
}

/** A weight that a method brings along. Its name begins with `ownWeightPrefix`. */
export interface OwnWeight {
  readonly shape: readonly number[]
  /** Its first value, in every entry. */
  readonly value: number
}
