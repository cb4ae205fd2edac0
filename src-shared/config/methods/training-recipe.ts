/** How a method's own paper or script trains: optimizer, schedule, epochs, batches. */
import type { TaskId } from '../../tasks/task.ts'
import type { TrainingConfig } from '../training-config.ts'
import type { Authority } from './published-settings.ts'

/** The training settings that a recipe decides; lengths, precision, batching and seed are the study's. */
export type RecipeTraining = Pick<
  TrainingConfig,
  | 'learningRate'
  | 'learningRateSchedule'
  | 'warmupRatio'
  | 'batchSize'
  | 'maxEpochs'
  | 'patience'
  | 'weightDecay'
  | 'maxGradientNorm'
  | 'optimizer'
>

/** A recipe with its source. */
export interface TrainingRecipe {
  readonly by: Authority
  /** Where exactly: section, table, file. */
  readonly source: string
  /** What it was used for. */
  readonly usedFor: string
  /**
   * The settings for a task.
   *
   * @param task which task
   */
  training(task: TaskId): RecipeTraining
  /**
   * Settings of the method that go with it.
   *
   * @param task which task
   */
  method?(task: TaskId): Readonly<Record<string, unknown>>
  /** Where this program cannot follow it. */
  readonly differs: readonly string[]
}

/** AdamW as most scripts leave it. */
export const usualOptimizer: RecipeTraining['optimizer'] = { beta2: 0.999, epsilon: 1e-6 }
