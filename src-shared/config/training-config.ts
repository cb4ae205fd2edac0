/** How a run is trained, and how much of its data it uses. */
import { z } from 'zod'
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
  optimizer: z
    .strictObject({
      beta2: z
        .number()
        .min(0)
        .lt(1)
        .default(0.999)
        .describe('β₂ of AdamW: how slowly its mean of squared gradients forgets'),
      epsilon: z
        .number()
        .positive()
        .max(1)
        .default(1e-6)
        .describe('ε of AdamW: added to the root of that mean, so that nothing is divided by 0'),
    })
    .prefault({})
    .describe('AdamW; β₁ is 0.9'),
  batching: z
    .enum(['by-length', 'shuffled'])
    .default('by-length')
    .describe(
      'Which examples share a batch: some of similar length, so that little is padded; or any, as with a free shuffle, at the price of more padding',
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
    .describe(
      'Training examples used: drawn at random by the run’s seed, each class (or range of scores) by its share',
    ),
  validationExamples: z
    .number()
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe(
      'Validation examples used: drawn at random, each class (or range of scores) by its share; the same ones in every run',
    ),
  perClass: z
    .number()
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe(
      'Few-shot: training examples used of each class, drawn at random by the run’s seed; in place of a limit on all',
    ),
})

/** Training settings with every default filled in. */
export type TrainingConfig = Recorded<typeof trainingConfig>
