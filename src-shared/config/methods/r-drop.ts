/** R-Drop. */
import { z } from 'zod'
import { crossTuning, crossTuningPart, shortNumber, type MethodDefinition } from './method-definition.ts'

const schema = z.strictObject({
  kind: z.literal('r-drop'),
  consistencyWeight: z
    .number()
    .min(0)
    .max(100)
    .default(1)
    .describe('α: weight of the divergence between the two passes’ predictions'),
  reduction: z
    .enum(['mean', 'sum'])
    .default('mean')
    .describe(
      'Divergence averaged over the batch (paper), or summed over it as the released code does, so that α grows with the batch; on regression tasks the squared distance is averaged either way, as in the released code',
    ),
  crossTuning,
})

/** R-Drop’s settings with every default filled in. */
export type RDropConfig = z.infer<typeof schema>

/** R-Drop: settings, card, name. */
export const rDrop: MethodDefinition<typeof schema> = {
  schema,
  card: {
    name: 'R-Drop',
    summary:
      'Every batch passes twice with different dropout. The loss asks both predictions to be right and to agree.',
    equation:
      'L = ½(CE₁ + CE₂) + α·½·½(KL(P₁‖P₂) + KL(P₂‖P₁)); regression: L = ½(MSE₁ + MSE₂) + α·½(ŷ₁ − ŷ₂)²',
    source: 'Liang et al. 2021, NeurIPS, arXiv:2106.14448',
    recommended:
      'α of 0.5 (released code for BERT, which sums over the batch); 0.1, 0.5 or 1 on GLUE (reported, not checked against the paper)',
    differs: [
      'Divided by two against the paper’s sum CE₁ + CE₂ + α·½(KL + KL), so that the step size is that of fine-tuning; the relative weight is the paper’s.',
      'Averaged over the batch by default; the released code sums divergences. It averages the squared distance on regression tasks, and so does this program.',
    ],
    cost: '2',
  },
  fields: {
    consistencyWeight: { recommended: { text: '0.5 for BERT', values: [0.5], by: 'authors’ script' } },
    reduction: {
      name: 'Divergence over the batch',
      choices: { mean: 'Averaged (paper)', sum: 'Summed (released code)' },
    },
  },
  label: (settings) => [
    { key: null, text: 'R-Drop' },
    { key: null, text: `α${shortNumber(settings.consistencyWeight)}` },
    { key: 'reduction', text: settings.reduction },
    crossTuningPart(settings),
  ],
}
