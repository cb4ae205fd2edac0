/** The description of one run, as a person writes it and as `run.json` keeps it (every default filled in). */
import { z } from 'zod'
import { taskIds } from '../tasks/task.ts'
import { methodConfig } from './method-config.ts'
import type { Recorded } from './recorded.ts'

/** How the model is trained: optimizer, batches, stopping. Defaults follow the authors' GLUE scripts. */
export const trainingConfig = z.strictObject({
  learningRate: z
    .number()
    .positive()
    .default(1e-5)
    .describe('Highest learning rate of AdamW; constant unless a schedule or a warm-up is set'),
  learningRateSchedule: z
    .enum(['constant', 'linear'])
    .default('constant')
    .describe('Learning rate after the warm-up: constant, or falling linearly to 0 over the epochs at most'),
  warmupRatio: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe('Share of all steps over which the learning rate rises linearly from 0'),
  batchSize: z.number().int().positive().max(1024).default(16).describe('Examples per optimizer step'),
  maxEpochs: z.number().int().positive().max(1000).default(10).describe('Epochs at most'),
  patience: z
    .number()
    .int()
    .positive()
    .default(5)
    .describe('Stop after this many evaluations in a row without a new best validation score'),
  maxLength: z
    .number()
    .int()
    .min(4)
    .max(512)
    .default(128)
    .describe('Longest input in tokens, special tokens included'),
  weightDecay: z
    .number()
    .nonnegative()
    .default(0.01)
    .describe('Decoupled weight decay; biases and LayerNorm excluded'),
  precision: z
    .enum(['float32', 'bfloat16'])
    .default('float32')
    .describe(
      'Number format of matrix products and what passes between them; weights, softmax, loss, the attribution pass and surveys of the training set stay float32',
    ),
  maxGradientNorm: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe('Longest gradient, all weights together; longer ones are scaled down; null: no clipping'),
  seed: z
    .number()
    .int()
    .nonnegative()
    .max(2 ** 31 - 1)
    .default(42)
    .describe('Seed of initialisation, order and dropout'),
})

/** Cuts a data set down; null keeps everything. */
export const limitsConfig = z.strictObject({
  trainExamples: z
    .number()
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe('Use only the first N training examples'),
  validationExamples: z
    .number()
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe('Use only the first N validation examples'),
})

/** One run. */
export const runConfig = z.strictObject({
  schemaVersion: z.literal(1),
  name: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('Name shown; made from task, method and seed when left out'),
  checkpoint: z.string().min(1).describe('Checkpoint: id of an imported one, or a path'),
  dataset: z.string().min(1).describe('Data set: id of an imported one, or a path'),
  task: z.enum(taskIds).describe('Task'),
  method: methodConfig.default({ kind: 'fine-tuning' }),
  training: trainingConfig.prefault({}),
  limits: limitsConfig.prefault({}),
})

/** A run's description with every default filled in. */
export type RunConfig = Recorded<typeof runConfig>
/** A run's description as a person writes it. */
export type RunConfigInput = z.input<typeof runConfig>
/** Training settings with every default filled in. */
export type TrainingConfig = Recorded<typeof trainingConfig>
