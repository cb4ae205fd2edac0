/** DropConnect. */
import { z } from 'zod'
import {
  crossTuning,
  crossTuningPart,
  ratioFromZero,
  shortNumber,
  type MethodDefinition,
} from './method-definition.ts'

const schema = z.strictObject({
  kind: z.literal('drop-connect'),
  dropProbability: ratioFromZero('p: probability that a weight is 0 for a step').default(0.1),
  crossTuning,
})

/** DropConnect’s settings with every default filled in. */
export type DropConnectConfig = z.infer<typeof schema>

/** DropConnect: settings, card, name. */
export const dropConnect: MethodDefinition<typeof schema> = {
  schema,
  card: {
    name: 'DropConnect',
    summary:
      'In every step a random share of the encoder’s weights is 0, and the rest is scaled up. It replaces dropout, which would switch off whole units.',
    equation: 'W̃ = M⊙W / (1 − p), M ~ Bernoulli(1 − p)',
    source: 'Wan et al. 2013, ICML',
    differs: [
      'All examples of a batch share a mask; the paper draws one for each.',
      'Evaluation uses W; the paper samples the activations.',
      'Masked are the matrices of the encoder and the pooler; the classifier, biases, LayerNorm and embeddings are not. Dropout stays on before the classifier only.',
    ],
    cost: '1, and a pass over the weights',
  },
  published: [
    {
      by: 'reported',
      source: 'the paper’s experiments on images as others quote them',
      usedFor: 'image classifiers',
      settings: { dropProbability: [0.5] },
    },
  ],
  defaults:
    'This program’s own: 0.1, as the dropout that it replaces. Nothing was published for fine-tuning.',
  recipe: null,
  label: (settings) => [
    { key: null, text: 'DropConnect' },
    { key: null, text: `p${shortNumber(settings.dropProbability)}` },
    crossTuningPart(settings),
  ],
}
