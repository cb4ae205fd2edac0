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

const settings = {
  childRatio: ratioToOne('p: share of the weights that learn').default(0.3),
  crossTuning,
}
const schemaF = z.strictObject({ kind: z.literal('child-tuning-f'), ...settings })
const schemaD = z.strictObject({ kind: z.literal('child-tuning-d'), ...settings })

/** Settings of either Child-Tuning with every default filled in. */
export type ChildTuningConfig = z.infer<typeof schemaF> | z.infer<typeof schemaD>

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
    recommended:
      'p of 0.2, 0.3 or 0.4 (reported, not checked against the paper); learning rate 4e-5, 3 epochs, warm-up 0.1 (released script, which is for D)',
    differs: [
      'Weights that do not learn in a step still decay and keep their momentum, as in the released code.',
    ],
    cost: '1',
  },
  fields: {
    childRatio: {
      recommended: {
        text: '0.2, 0.3 or 0.4',
        values: [0.2, 0.3, 0.4],
        by: 'reported, not checked against the paper',
      },
    },
  },
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
    recommended:
      'p of 0.3, learning rate 4e-5, 3 epochs, warm-up 0.1 (released script); p of 0.1, 0.2 or 0.3 (reported, not checked against the paper)',
    differs: [
      'Weights that do not learn still decay and keep their momentum, as in the released code.',
      'The gradient of each tensor is clipped to norm 1 before it is squared, and one quantile is taken over all layers of the encoder; embeddings, pooler and classifier always learn. All as in the released code.',
      'Equal Fisher information at the threshold: all weights from it upwards learn, as in the released code.',
    ],
    cost: '1, and one pass over the training set before it',
  },
  fields: { childRatio: { recommended: { text: '0.3', values: [0.3], by: 'authors’ script' } } },
  label: (of) => labelOf('Child-Tuning-D', of),
}
