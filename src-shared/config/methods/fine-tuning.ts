/** Plain fine-tuning. */
import { z } from 'zod'
import type { MethodDefinition } from './method-definition.ts'

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
    recommended:
      'Learning rate 1e-5, 2e-5 or 3e-5, batches of 16, 32 or 64, early stopping (what AD-DROP’s authors searched for it)',
    differs: [],
    cost: '1 (forward, and backward twice as long)',
  },
  label: () => [{ key: null, text: 'FT' }],
}
