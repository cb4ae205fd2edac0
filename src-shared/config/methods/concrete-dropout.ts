/** Concrete Dropout. */
import { z } from 'zod'
import {
  crossTuning,
  crossTuningPart,
  openRatio,
  shortNumber,
  type MethodDefinition,
} from './method-definition.ts'

/** Strength of a term of the loss. */
const strength = (text: string) => z.number().min(0).max(1).describe(text)

const schema = z.strictObject({
  kind: z.literal('concrete-dropout'),
  initialProbability: openRatio('p at the start of the run, the same at every place').default(0.1),
  temperature: z
    .number()
    .gt(0, 'must be greater than 0')
    .max(1, 'must be at most 1')
    .default(0.1)
    .describe('t: how soft the choice between dropped and kept is; towards 0 it is that of plain dropout'),
  weightRegularizer: strength(
    'λ: strength of ‖W‖²/(1 − p); l²/N for a prior length scale l, N examples',
  ).default(1e-6),
  dropoutRegularizer: strength('κ: strength of the entropy that draws p towards 0.5; about 1/N').default(
    1e-5,
  ),
  learningRateFactor: z
    .number()
    .min(1)
    .max(10_000)
    .default(100)
    .describe(
      'How many times faster than the weights the probabilities’ logits learn; at a rate for fine-tuning alone they would hardly move',
    ),
  crossTuning,
})

/** Concrete Dropout’s settings with every default filled in. */
export type ConcreteDropoutConfig = z.infer<typeof schema>

/** Concrete Dropout: settings, card, name. */
export const concreteDropout: MethodDefinition<typeof schema> = {
  schema,
  card: {
    name: 'Concrete Dropout',
    summary:
      'Every place has a dropout probability of its own, which is trained with the weights. Dropped or kept is a soft choice there, so that the loss can be differentiated by the probability, and two terms of the loss hold the balance.',
    equation:
      'y = x⊙(1 − z)/(1 − p), z = σ((logit p + logit u)/t), u uniform; L = CE + Σ λ‖W‖²/(1 − p) − κ·E·H(p), H(p) = −p log p − (1 − p) log(1 − p)',
    source: 'Gal, Hron and Kendall 2017, NeurIPS, arXiv:1705.07832',
    recommended: 't of 0.1, p of 0.1 at the start; λ = l²/N with l of 1e-4, κ = 1/N or 2/N (released code)',
    differs: [
      'Probabilities are learned for the attention output and the feed-forward output of every layer and before the classifier; embeddings and attention weights keep plain dropout.',
      'In the layers dropped are output units of the matrix W, in the paper input units; the count in the last term is then that of its outputs, which is the hidden size everywhere.',
      'The logits learn faster than the weights, by a factor; 1 is the paper’s.',
      'The training loss that is shown contains both terms.',
    ],
    cost: '1',
  },
  fields: {
    initialProbability: { symbol: 'p', recommended: { text: '0.1', values: [0.1], by: 'authors’ script' } },
    temperature: { recommended: { text: '0.1', values: [0.1], by: 'authors’ script' } },
    weightRegularizer: {
      recommended: { text: 'l²/N with l of 1e-4, N examples', by: 'authors’ script' },
    },
    dropoutRegularizer: { recommended: { text: '1/N or 2/N, N examples', by: 'authors’ script' } },
    learningRateFactor: { recommended: { text: '1', values: [1] } },
  },
  label: (settings) => [
    { key: null, text: 'Concrete Dropout' },
    { key: null, text: `p₀${shortNumber(settings.initialProbability)}` },
    { key: 'temperature', text: `t${shortNumber(settings.temperature)}` },
    { key: 'weightRegularizer', text: `λ${shortNumber(settings.weightRegularizer)}` },
    { key: 'dropoutRegularizer', text: `κ${shortNumber(settings.dropoutRegularizer)}` },
    { key: 'learningRateFactor', text: `rate×${settings.learningRateFactor}` },
    crossTuningPart(settings),
  ],
}
