/** What the training loop needs from an optimizer; it owns the weights. */
import type * as tf from '@tensorflow/tfjs'
import type { Parameters } from '../models/parameters.ts'

/** Settings of AdamW that do not change during a run. */
export interface AdamWSettings {
  readonly weightDecay: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  /**
   * `hugging-face`: ε beside √v, decay after the update (AD-DROP's released recipe). `pytorch`: ε beside the
   * bias-corrected √v̂, decay before the update (torch.optim.AdamW).
   */
  readonly form: 'hugging-face' | 'pytorch'
}

/** AdamW as the authors' recipe has it (AD-DROP's released code: Hugging Face's AdamW, eps 1e-6). */
export const authorsAdamW: Omit<AdamWSettings, 'weightDecay'> = {
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-6,
  form: 'hugging-face',
}

/** The scalars of one update, the same for every weight. */
export interface UpdateScalars {
  /** β₁ᵗ and β₂ᵗ. */
  readonly beta1Power: number
  readonly beta2Power: number
  /** η·√(1 − β₂ᵗ)/(1 − β₁ᵗ), the factor of m/(√v + ε). */
  readonly stepSize: number
  /** ε as it stands beside √v. */
  readonly epsilon: number
  /** η·λ: share of a weight that decay takes away. */
  readonly decay: number
}

/**
 * Scalars of the t-th update.
 *
 * PyTorch's √(v/(1 − β₂ᵗ)) + ε equals (√v + ε·√(1 − β₂ᵗ))/√(1 − β₂ᵗ): with ε scaled so, both forms share one update.
 *
 * @param settings AdamW's settings
 * @param step t, from 1
 * @param learningRate η
 */
export function updateScalars(settings: AdamWSettings, step: number, learningRate: number): UpdateScalars {
  const beta1Power = settings.beta1 ** step
  const beta2Power = settings.beta2 ** step
  const correction = Math.sqrt(1 - beta2Power)
  return {
    beta1Power,
    beta2Power,
    stepSize: (learningRate * correction) / (1 - beta1Power),
    epsilon: settings.form === 'pytorch' ? settings.epsilon * correction : settings.epsilon,
    decay: learningRate * settings.weightDecay,
  }
}

/** Weights and moments as plain numbers, for checkpoints. */
export interface OptimizerState {
  /** Updates made so far. */
  readonly step: number
  /** First moments m by weight name. */
  readonly firstMoments: ReadonlyMap<string, Float32Array>
  /** Second moments v by weight name. */
  readonly secondMoments: ReadonlyMap<string, Float32Array>
}

/** An optimizer with the weights it trains. */
export interface Optimizer {
  /** The weights; borrowed: valid until the next `apply` or `dispose`, not to be disposed. */
  parameters(): Parameters
  /**
   * One update.
   *
   * @param gradients dL/dw by weight name, of the weights' shapes; borrowed
   * @param learningRate step size of this update
   */
  apply(gradients: ReadonlyMap<string, tf.Tensor>, learningRate: number): void
  /**
   * Moments and step count, copied out.
   *
   * @param names weights whose moments; all when left out
   */
  state(names?: readonly string[]): OptimizerState
  /** Frees weights and moments. */
  dispose(): void
}

/** What an optimizer starts from. */
export interface OptimizerStart {
  /** Weights; copied, the caller keeps its tensors. */
  readonly parameters: Parameters
  readonly settings: AdamWSettings
  /** Names of the weights that weight decay leaves alone. */
  readonly exempt: ReadonlySet<string>
  /** Moments of an earlier run; absent = zeros. */
  readonly state?: OptimizerState
}

/** Makes an optimizer; backends differ in how they store variables. */
export type OptimizerFactory = (start: OptimizerStart) => Optimizer
