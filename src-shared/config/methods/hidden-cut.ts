/** HiddenCut. */
import { z } from 'zod'
import { crossTuning, crossTuningPart, shortNumber, type MethodDefinition } from './method-definition.ts'

/** A share that may be everything but not nothing. */
const share = (text: string) =>
  z.number().gt(0, 'must be greater than 0').max(1, 'must be at most 1').describe(text)

const schema = z.strictObject({
  kind: z.literal('hidden-cut'),
  cutRatio: share('α: length of the span that is cut, as a share of the example’s tokens').default(0.1),
  candidateShare: share(
    'Share of the tokens, those with the most attention, among which the span’s first one is drawn',
  ).default(0.4),
  cutLossWeight: z
    .number()
    .min(0)
    .max(100)
    .default(1)
    .describe('γ: weight of the loss of the pass with cut spans'),
  consistencyWeight: z
    .number()
    .min(0)
    .max(100)
    .default(1)
    .describe('η: weight of the divergence between the predictions with and without cut spans'),
  divergence: z
    .enum(['jensen-shannon', 'as-released'])
    .default('jensen-shannon')
    .describe(
      'Jensen-Shannon divergence, or what the released code computes: the same with both Kullback-Leibler divergences turned round',
    ),
  crossTuning,
})

/** HiddenCut’s settings with every default filled in. */
export type HiddenCutConfig = z.infer<typeof schema>

/** HiddenCut: settings, card, name. */
export const hiddenCut: MethodDefinition<typeof schema> = {
  schema,
  card: {
    name: 'HiddenCut',
    summary:
      'Every batch passes a second time, and there each layer’s feed-forward output loses a span of tokens that begins at one with much attention. The loss asks both predictions to be right and to agree.',
    equation:
      'L = CE + γ·CE(cut) + η·½(KL(P‖M) + KL(Q‖M)), M = ½(P + Q); as released η·½(KL(M‖P) + KL(M‖Q)); regression: L = MSE + γ·MSE(cut)',
    source: 'Chen et al. 2021, ACL, arXiv:2106.00149',
    differs: [
      'Attention received is summed over the real tokens’ queries; the released code also counts those of padding.',
      'The sum of the three terms is not divided, as in the paper: a step is longer than fine-tuning’s.',
    ],
    cost: '2',
  },
  fields: {
    candidateShare: { name: 'Candidates for the start' },
    divergence: { choices: { 'jensen-shannon': 'Jensen-Shannon', 'as-released': 'As released, reversed' } },
  },
  addedLoss: 'the weighted loss of a second pass and the divergence from it',
  published: [
    {
      by: 'released code',
      source: 'SALT-NLP/HiddenCut, run_glue_hidden_cutoff.sh, modeling_bert.py and trainer.py',
      usedFor: 'RoBERTa-base on SST-2',
      settings: {
        cutRatio: [0.1],
        candidateShare: [0.4],
        cutLossWeight: [1],
        consistencyWeight: [1],
        divergence: ['as-released'],
      },
    },
    {
      by: 'paper',
      source: 'arXiv:2106.00149: Jensen-Shannon divergence',
      usedFor: 'GLUE with RoBERTa-base',
      settings: { divergence: ['jensen-shannon'] },
    },
  ],
  defaults: 'The released script’s numbers with the paper’s divergence.',
  recipe: {
    by: 'released code',
    source: 'SALT-NLP/HiddenCut, run_glue_hidden_cutoff.sh and training_args.py',
    usedFor: 'RoBERTa-base on SST-2',
    training: () => ({
      learningRate: 7e-6,
      learningRateSchedule: 'linear',
      warmupRatio: 0.06,
      batchSize: 16,
      maxEpochs: 10,
      patience: 10,
      weightDecay: 0.1,
      maxGradientNorm: null,
      optimizer: { beta2: 0.98, epsilon: 1e-6 },
    }),
    differs: [
      'Evaluated after every epoch; the script evaluates every 500 steps and stops after 100 evaluations without a better one.',
    ],
  },
  label: (settings) => [
    { key: null, text: 'HiddenCut' },
    { key: null, text: `α${shortNumber(settings.cutRatio)}` },
    { key: 'candidateShare', text: `candidates ${shortNumber(settings.candidateShare)}` },
    { key: 'cutLossWeight', text: `γ${shortNumber(settings.cutLossWeight)}` },
    { key: 'consistencyWeight', text: `η${shortNumber(settings.consistencyWeight)}` },
    {
      key: 'divergence',
      text: settings.divergence === 'as-released' ? 'reversed JS' : 'JS',
    },
    crossTuningPart(settings),
  ],
}
