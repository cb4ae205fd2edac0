/** Mixout. */
import { z } from 'zod'
import {
  crossTuning,
  crossTuningPart,
  ratioFromZero,
  shortNumber,
  type MethodDefinition,
} from './method-definition.ts'

const schema = z.strictObject({
  kind: z.literal('mixout'),
  mixProbability: ratioFromZero(
    'p: probability that a weight is replaced by its pre-trained value for a step',
  ).default(0.7),
  mask: z
    .enum(['element', 'input-column'])
    .default('element')
    .describe(
      'What is replaced together: every weight by itself (paper), or all weights of an input unit (released code)',
    ),
  gradient: z
    .enum(['exact', 'as-released'])
    .default('exact')
    .describe(
      'Derivative of the mixed weights: exact, or without the factor 1/(1 − p), as the released code computes it',
    ),
  crossTuning,
})

/** Mixout’s settings with every default filled in. */
export type MixoutConfig = z.infer<typeof schema>

/** Mixout: settings, card, name. */
export const mixout: MethodDefinition<typeof schema> = {
  schema,
  card: {
    name: 'Mixout',
    summary:
      'In every step a random share of the encoder’s weights takes its pre-trained values. It replaces dropout and keeps training close to the pre-trained model.',
    equation: 'W̃ = (M⊙W + (1 − M)⊙W₀ − p·W₀) / (1 − p), M ~ Bernoulli(1 − p)',
    source: 'Lee et al. 2020, ICLR, arXiv:1909.11299',
    recommended:
      'p of 0.7, 0.8 or 0.9 for BERT-large on small tasks (reported, not checked against the paper); 0.9 in the released example',
    differs: [
      'Mixed are the matrices of the encoder and the pooler; the new classifier, biases, LayerNorm and embeddings are not. Dropout stays on before the classifier only.',
      'Evaluation uses W, as the released code does.',
    ],
    cost: '1, and a pass over the weights',
  },
  fields: {
    mixProbability: {
      recommended: {
        text: '0.7, 0.8 or 0.9 for BERT-large on small tasks',
        values: [0.7, 0.8, 0.9],
        by: 'reported, not checked against the paper',
      },
    },
    mask: {
      name: 'Replaced together',
      choices: { element: 'Single weights (paper)', 'input-column': 'Input units (released code)' },
    },
    gradient: { choices: { exact: 'Exact', 'as-released': 'As released, without 1/(1 − p)' } },
  },
  label: (settings) => [
    { key: null, text: 'Mixout' },
    { key: null, text: `p${shortNumber(settings.mixProbability)}` },
    { key: 'mask', text: settings.mask === 'element' ? 'element' : 'column' },
    { key: 'gradient', text: settings.gradient },
    crossTuningPart(settings),
  ],
}
