/** R-Drop. */
import { z } from 'zod'
import { crossTuning, crossTuningPart, shortNumber, type MethodDefinition } from './method-definition.ts'

const schema = z.strictObject({
  kind: z.literal('r-drop'),
  consistencyWeight: z
    .number()
    .min(0)
    .max(100)
    .default(0.5)
    .describe(
      'α: weight of the divergence between the two passes’ predictions; what it means depends on the reduction. Where a config leaves it out it is 1 on regression tasks, as in the released code',
    ),
  reduction: z
    .enum(['mean', 'sum'])
    .default('sum')
    .describe(
      'Divergence summed over the batch, as in the code that the published results come from, so that its weight grows with the batch: α of 0.5 in batches of 16 weighs it four times the task loss; or averaged, as the paper writes it. On regression tasks the squared distance is averaged either way, as in the released code',
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
    differs: [
      'Divided by two against the paper’s sum CE₁ + CE₂ + α·½(KL + KL), so that the step size is that of fine-tuning; the relative weight is the paper’s.',
      'Summed over the batch by default, as in the released code for BERT, not averaged as in the paper’s equations: with the same α the two differ by the number of examples in a batch. The released code averages the squared distance on regression tasks, and so does this program.',
      'An α without the reduction it was published with means nothing: 0.5 summed over batches of 16 is 8 averaged.',
    ],
    cost: '2',
  },
  fields: {
    reduction: {
      name: 'Divergence over the batch',
      choices: { mean: 'Averaged (paper’s equations)', sum: 'Summed (released code)' },
    },
  },
  taskSettings: ({ kind }) => (kind === 'regression' ? { consistencyWeight: 1 } : {}),
  addedLoss: 'the weighted divergence of two passes’ predictions',
  published: [
    {
      by: 'released code',
      source: 'dropreg/R-Drop, modeling_bert.py: 0.5 and the divergence’s sum over the batch',
      usedFor: 'classification with BERT',
      settings: { consistencyWeight: [0.5], reduction: ['sum'] },
    },
    {
      by: 'released code',
      source: 'dropreg/R-Drop, modeling_bert.py: the mean squared distance, with no factor',
      usedFor: 'regression with BERT (STS-B)',
      settings: { consistencyWeight: [1] },
    },
    {
      by: 'reported',
      source: 'the paper’s search on GLUE as others quote it; the paper’s equations average',
      usedFor: 'GLUE',
      settings: { consistencyWeight: [0.1, 0.5, 1], reduction: ['mean'] },
    },
  ],
  defaults: 'The released code for BERT: 0.5, summed; on regression tasks 1.',
  recipe: {
    by: 'released code',
    source: 'dropreg/R-Drop, huggingface_transformer_src: README.md and bert_rdrop/run.sh',
    usedFor: 'GLUE with BERT and RoBERTa',
    training: (task) => ({
      learningRate: 1e-5,
      learningRateSchedule: 'linear',
      warmupRatio: 0.06,
      batchSize: task === 'rte' ? 8 : task === 'sst2' ? 32 : 16,
      maxEpochs: task === 'rte' ? 7 : 10,
      patience: task === 'rte' ? 7 : 10,
      weightDecay: 0.01,
      maxGradientNorm: 1,
      optimizer: { beta2: 0.98, epsilon: 1e-6 },
    }),
    differs: [
      'Its polynomial decay, of power 1 to 1e-7, is linear decay to 0 here.',
      'It counts updates: 10 epochs on CoLA, STS-B, MRPC and SST-2, 6.5 on RTE, where this program trains 7. On tasks it has no numbers for, those of MRPC.',
      'Half-precision products in it; here as the study says.',
      'Clipping at norm 1 is the default of the trainer that its script calls, not looked up in that version.',
    ],
  },
  label: (settings) => [
    { key: null, text: 'R-Drop' },
    { key: null, text: `α${shortNumber(settings.consistencyWeight)}` },
    { key: 'reduction', text: settings.reduction },
    crossTuningPart(settings),
  ],
}
