/** What the training loop needs from whatever computes its steps. */
import type { Prediction } from '@shared/tasks/prediction.ts'
import type { EncodedExample } from '../heads/encoded-example.ts'
import type { PlainWeights, StepPart, SurveyPlace } from '../regularizers/regularizer.ts'
import type { ParameterShapes } from '../models/weight-spec.ts'
import type { Parameters } from '../models/parameters.ts'
import type { OptimizerState } from '../optimizers/optimizer.ts'

/** Examples of one step and the length they are padded to. */
export interface ExampleBatch {
  readonly examples: readonly EncodedExample[]
  /** T */
  readonly length: number
}

/** Which step of the run. */
export interface StepPlace {
  /** 1-based since the weights were the first ones; with the seed it fixes every random number of the step. */
  readonly stepNumber: number
  readonly phase: 'fine-tuning' | 'regularized'
  /** Step size of this update. */
  readonly learningRate: number
}

/** Shares of a time that cannot be told apart as it passes; they sum to 1. */
export type StepShares = Readonly<Partial<Record<StepPart | 'input', number>>>

/** Shares of a step's parts by the kind of step; kinds that were not measured are absent. */
export type PhaseShares = Readonly<Partial<Record<StepPlace['phase'], StepShares>>>

/** What time belongs to from now on: a part of the step, shares of several, or start-up (see `EpochStartUp`). */
export type StepMoment = StepPart | StepShares | 'startUp'

/** Answer of an evaluated batch. */
export interface EvaluatedBatch {
  /** Mean loss of the examples, or of their labelled tokens. */
  readonly loss: number
  readonly predictions: readonly Prediction[]
}

/** What came of a survey. */
export interface SurveyOutcome {
  /** Whether weights were replaced and moments set to 0. */
  readonly isRewound: boolean
  /** What was found, for the run's log; null = nothing to say. */
  readonly note: string | null
}

/** A weight as plain numbers. */
export interface StoredWeight {
  readonly shape: readonly number[]
  readonly values: Float32Array
}

/** Where a trainer begins. */
export interface TrainerStart {
  /** Weights, the method's own included; copied. */
  readonly parameters: Parameters
  /** Moments of an earlier part of the run; zeros when left out. */
  readonly state?: OptimizerState
  /** The method's tensors of an earlier part of the run; their first values when left out. */
  readonly methodState?: PlainWeights
  /** What an earlier part of the run measured on the same engine; the others are measured at their first step. */
  readonly stepShares?: PhaseShares
}

/** Weights, optimizer and the computation of steps, in one place. */
export interface Trainer {
  /**
   * One optimizer step.
   *
   * @param batch at most the batch size the trainer was made for
   * @param place which step
   * @param onPart told what the time from now on belongs to
   * @returns the batch's mean loss; not finite = training cannot go on
   */
  step(batch: ExampleBatch, place: StepPlace, onPart: (now: StepMoment) => void): number
  /** Loss and predictions of a batch, without dropout. */
  evaluate(batch: ExampleBatch): EvaluatedBatch
  /** Shapes of the weights by Hugging Face name, the method's own included. */
  readonly shapes: ParameterShapes
  /**
   * Weights by Hugging Face name, copied out.
   *
   * @param names which; all when left out
   */
  weights(names?: readonly string[]): ReadonlyMap<string, StoredWeight>
  /**
   * Moments and step count, copied out.
   *
   * @param names weights whose moments; all when left out
   */
  optimizerState(names?: readonly string[]): OptimizerState
  /** Tensors of the method, copied out; empty for most. */
  methodState(): ReadonlyMap<string, StoredWeight>
  /** Shares that were measured, or handed on from an earlier part of the run; empty where parts are timed as they pass. */
  stepShares(): PhaseShares
  /**
   * Adds a batch to the method's survey.
   *
   * @param batch at most the batch size the trainer was made for
   * @param batchNumber 1-based; with the seed it fixes the random numbers
   * @param onPart told when the batch's time from now on is no part of the survey
   */
  survey(batch: ExampleBatch, batchNumber: number, onPart?: (now: 'startUp') => void): void
  /**
   * Ends the method's survey.
   *
   * @param place where the run stands
   */
  concludeSurvey(place: SurveyPlace): SurveyOutcome
  /** Frees weights and moments. */
  dispose(): void
}
