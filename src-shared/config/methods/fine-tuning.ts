/** Plain fine-tuning. */
import { z } from 'zod'
import type { MethodDefinition } from './method-definition.ts'
import { usualOptimizer } from './training-recipe.ts'

const schema = z.strictObject({ kind: z.literal('fine-tuning') })

/** Plain fine-tuning: no settings. */
export const fineTuning: MethodDefinition<typeof schema> = {
  schema,
  card: {
    name: 'Fine-tuning (FT)',
    summary:
      'Trains all weights on the task, with the model’s own dropout and nothing else. It is what every other method is compared with.',
    equation: 'L = (1/B) Σ CE(f(x; dropout), y)',
    source: 'Devlin et al. 2019, NAACL (BERT)',
    differs: [],
    cost: '1 (forward, and backward twice as long)',
  },
  published: [],
  defaults: 'There is nothing to set.',
  recipe: {
    by: 'reported',
    source:
      'Devlin et al. 2019, appendix A.3, as others quote it: rates of 2e-5 to 5e-5, batches of 16 or 32, 2 to 4 epochs',
    usedFor: 'GLUE with BERT',
    training: () => ({
      learningRate: 2e-5,
      learningRateSchedule: 'linear',
      warmupRatio: 0.1,
      batchSize: 32,
      maxEpochs: 3,
      patience: 3,
      weightDecay: 0.01,
      maxGradientNorm: 1,
      optimizer: usualOptimizer,
    }),
    differs: ['Its Adam had no bias correction.'],
  },
  label: () => [{ key: null, text: 'FT' }],
}
