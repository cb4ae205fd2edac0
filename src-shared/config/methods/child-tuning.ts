/** Child-Tuning. */
import { z } from 'zod'
import { crossTuning, crossTuningPart, shortNumber, type MethodDefinition } from './method-definition.ts'

const schema = z.strictObject({
  kind: z.literal('child-tuning'),
  variant: z
    .enum(['task-driven', 'task-free'])
    .default('task-driven')
    .describe(
      'Which weights learn: D, those with the most Fisher information on the training set, chosen once; F, others at random in every step',
    ),
  childRatio: z
    .number()
    .gt(0, 'must be greater than 0')
    .max(1, 'must be at most 1')
    .default(0.3)
    .describe('p: share of the weights that learn'),
  crossTuning,
})

/** Child-Tuning’s settings with every default filled in. */
export type ChildTuningConfig = z.infer<typeof schema>

/** Child-Tuning: settings, card, name. */
export const childTuning: MethodDefinition<typeof schema> = {
  schema,
  card: {
    name: 'Child-Tuning',
    summary:
      'Only a part of the weights, the child network, gets gradients. D chooses the weights that matter most to the task, once; F draws others in every step.',
    equation:
      'F: g ← g⊙M/p, M ~ Bernoulli(p); D: g ← g⊙[Fᵢ ≥ its (1 − p) quantile], F = mean over batches of (∂L/∂w)²',
    source: 'Xu et al. 2021, EMNLP, arXiv:2109.05687',
    recommended: 'p of 0.1, 0.2 or 0.3 (D), 0.2, 0.3 or 0.4 (F); learning rate 4e-5, 3 epochs, warm-up 0.1',
    differs: [
      'Equal Fisher information at the threshold: all weights from it upwards learn, as in the released code.',
    ],
    cost: '1; D also one pass over the training set before it',
  },
  label: (settings) => [
    { key: null, text: `Child-Tuning-${settings.variant === 'task-driven' ? 'D' : 'F'}` },
    { key: null, text: `p${shortNumber(settings.childRatio)}` },
    crossTuningPart(settings),
  ],
}
