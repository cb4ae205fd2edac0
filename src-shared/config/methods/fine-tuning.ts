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
    recommended: 'Learning rate 1e-5 to 5e-5, 3 to 10 epochs',
    differs: [],
    cost: '1 (forward, and backward twice as long)',
  },
  label: () => [{ key: null, text: 'FT' }],
}
