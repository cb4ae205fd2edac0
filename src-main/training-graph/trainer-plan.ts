/** What decides how a traced trainer computes. */
import type { AdamWSettings } from '@main/ml/optimizers/optimizer.ts'
import type { UniformSource } from '@main/ml/random/uniform-source.ts'
import type { ModelConfig } from '@main/ml/models/model-config.ts'
import type { FunctionPlan } from './run-functions.ts'

/** Everything a traced trainer is made from. */
export interface TracedTrainerPlan extends FunctionPlan {
  readonly config: ModelConfig
  readonly optimizer: AdamWSettings
  /** The run's seed. */
  readonly seed: number
  readonly uniform: UniformSource
  /** Longest gradient; null = no clipping. */
  readonly maxGradientNorm: number | null
  readonly precision: 'float32' | 'bfloat16'
  /** Whether products keep fewer bits than float32 has: bfloat16, and on a GPU TF32, which float32 means there. */
  readonly hasShortProducts: boolean
  /** Precision of the pass that attribution is taken from, and of surveys. */
  readonly attributionPrecision: 'float32' | 'bfloat16'
  /** Whether losses of steps and evaluations are compared with the eager engine's, on the first batch of each shape. */
  readonly checksTraces: boolean
  /** Monotonic seconds, for the calibration of a step's parts. */
  readonly now: () => number
}
