/** Mixout. */
import { z } from 'zod'
import {
  crossTuning,
  crossTuningPart,
  ratioFromZero,
  shortNumber,
  type MethodDefinition,
} from './method-definition.ts'
import { usualOptimizer } from './training-recipe.ts'

const schema = z.strictObject({
  kind: z.literal('mixout'),
  mixProbability: ratioFromZero(
    'p: probability that a weight is replaced by its pre-trained value for a step',
  ).default(0.7),
  mask: z
    .enum(['input-column', 'element'])
    .default('input-column')
    .describe(
      'What is replaced together: all outgoing weights of an input unit (mixout, in paper and released code), or every weight by itself (the variant that the paper calls mixconnect)',
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
      'In every step a random share of the encoder’s input units has its outgoing weights at their pre-trained values. It replaces dropout and keeps training close to the pre-trained model.',
    equation: 'W̃ = (M⊙W + (1 − M)⊙W₀ − p·W₀) / (1 − p), M ~ Bernoulli(1 − p)',
    source: 'Lee et al. 2020, ICLR, arXiv:1909.11299',
    differs: [
      'Mixed are the matrices of the encoder and the pooler; the new classifier, biases, LayerNorm and embeddings are not. Dropout stays on before the classifier only.',
      'The derivative is exact by default; the released code leaves out its factor 1/(1 − p) (gradient).',
      'Evaluation uses W, as the released code does.',
    ],
    cost: '1, and a pass over the weights',
  },
  fields: {
    mask: {
      name: 'Replaced together',
      choices: { 'input-column': 'Input units (mixout)', element: 'Single weights (mixconnect)' },
    },
    gradient: { choices: { exact: 'Exact', 'as-released': 'As released, without 1/(1 − p)' } },
  },
  published: [
    {
      by: 'paper',
      source: 'arXiv:1909.11299, section 1: all outgoing parameters of a randomly selected neuron',
      usedFor: 'BERT-large on RTE, MRPC, CoLA and STS-B',
      settings: { mask: ['input-column'], gradient: ['exact'] },
    },
    {
      by: 'released code',
      source: 'bloodwass/mixout, mixout.py and example_huggingface.py',
      usedFor: 'an example with BERT-base',
      settings: { mixProbability: [0.9], mask: ['input-column'], gradient: ['as-released'] },
    },
    {
      by: 'reported',
      source: 'the paper’s experiments as others quote them',
      usedFor: 'BERT-large on small tasks',
      settings: { mixProbability: [0.7, 0.8, 0.9], mask: ['input-column'] },
    },
  ],
  defaults: 'The paper’s units and derivative; p of 0.7, the mildest of those reported.',
  recipe: {
    by: 'reported',
    source: 'the paper’s experiments as others quote them',
    usedFor: 'BERT-large on RTE, MRPC, CoLA and STS-B',
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
    differs: [
      'Not looked up in the paper; the released code has no script that trains on GLUE. For a larger model than most here.',
    ],
  },
  label: (settings) => [
    { key: null, text: 'Mixout' },
    { key: null, text: `p${shortNumber(settings.mixProbability)}` },
    { key: 'mask', text: settings.mask === 'element' ? 'element' : 'column' },
    { key: 'gradient', text: settings.gradient },
    crossTuningPart(settings),
  ],
}
