/** Child-Tuning, F (task-free) and D (task-driven): two methods with the same settings. */
import { z } from 'zod'
import {
  crossTuning,
  crossTuningPart,
  ratioToOne,
  shortNumber,
  type LabelPart,
  type MethodDefinition,
} from './method-definition.ts'
import type { TrainingRecipe } from './training-recipe.ts'

const settings = {
  childRatio: ratioToOne('p: share of the weights that learn').default(0.3),
  crossTuning,
}
const schemaF = z.strictObject({ kind: z.literal('child-tuning-f'), ...settings })
const schemaD = z.strictObject({ kind: z.literal('child-tuning-d'), ...settings })

/** Settings of either Child-Tuning with every default filled in. */
export type ChildTuningConfig = z.infer<typeof schemaF> | z.infer<typeof schemaD>

/** The script serves both; it is set to D. */
const recipe: TrainingRecipe = {
  by: 'released code',
  source: 'alibaba/AliceMind, ChildTuning/run.sh, ChildTuningF.py and ChildTuningOptimizer.py',
  usedFor: 'BERT-large on RTE',
  training: () => ({
    learningRate: 4e-5,
    learningRateSchedule: 'linear',
    warmupRatio: 0,
    batchSize: 16,
    maxEpochs: 3,
    patience: 3,
    weightDecay: 0.01,
    maxGradientNorm: 1,
    optimizer: { beta2: 0.999, epsilon: 1e-8 },
  }),
  differs: [
    'Its script asks for a warm-up ratio of 0.1, but its trainer hands on the number of warm-up steps alone, which is 0: none, as in what it runs.',
    'For a larger model than most here.',
    'Clipping at norm 1 and ε of 1e-8 are the defaults of the trainer that its script calls, not looked up in that version.',
  ],
}

const source = 'Xu et al. 2021, EMNLP, arXiv:2109.05687'
const labelOf = (name: string, { childRatio, crossTuning }: ChildTuningConfig): readonly LabelPart[] => [
  { key: null, text: name },
  { key: null, text: `p${shortNumber(childRatio)}` },
  crossTuningPart({ crossTuning }),
]

/** Child-Tuning F: settings, card, name. */
export const childTuningF: MethodDefinition<typeof schemaF> = {
  schema: schemaF,
  card: {
    name: 'Child-Tuning F',
    summary:
      'Only a part of the weights, the child network, gets gradients, scaled up to make up for the rest. Without regard to the task: it is drawn anew in every step.',
    equation: 'g ← g⊙M/p, M ~ Bernoulli(p)',
    source,
    differs: [
      'Weights that do not learn in a step still decay and keep their momentum, as in the released code.',
    ],
    cost: '1',
  },
  published: [
    {
      by: 'reported',
      source: 'the paper’s search as others quote it',
      usedFor: 'GLUE with BERT-large and others',
      settings: { childRatio: [0.2, 0.3, 0.4] },
    },
  ],
  defaults: 'The middle of the values reported.',
  recipe,
  label: (of) => labelOf('Child-Tuning-F', of),
}

/** Child-Tuning D: settings, card, name. */
export const childTuningD: MethodDefinition<typeof schemaD> = {
  schema: schemaD,
  card: {
    name: 'Child-Tuning D',
    summary:
      'Only a part of the weights, the child network, gets gradients. Driven by the task: those weights of the encoder with the most Fisher information on the training set, chosen once before the first step.',
    equation:
      'g ← g⊙[Fᵢ ≥ its (1 − p) quantile], F = mean over batches of (∂L/∂w)², ∂L/∂w of each tensor clipped to norm 1',
    source,
    differs: [
      'Weights that do not learn still decay and keep their momentum, as in the released code.',
      'The gradient of each tensor is clipped to norm 1 before it is squared, and one quantile is taken over all layers of the encoder; embeddings, pooler and classifier always learn. All as in the released code.',
      'Equal Fisher information at the threshold: all weights from it upwards learn, as in the released code.',
    ],
    cost: '1, and one pass over the training set before it',
  },
  published: [
    {
      by: 'released code',
      source: 'alibaba/AliceMind, ChildTuning/run.sh',
      usedFor: 'BERT-large on RTE',
      settings: { childRatio: [0.3] },
    },
    {
      by: 'reported',
      source: 'the paper’s search as others quote it',
      usedFor: 'GLUE with BERT-large and others',
      settings: { childRatio: [0.1, 0.2, 0.3] },
    },
  ],
  defaults: 'The released script’s 0.3.',
  recipe,
  label: (of) => labelOf('Child-Tuning-D', of),
}
