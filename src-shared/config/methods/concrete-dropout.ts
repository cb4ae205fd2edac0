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
    'λ: strength of ‖W‖²/(1 − p), which comes on top of the optimizer’s weight decay; l²/N for a prior length scale l, N examples',
  ).default(1e-6),
  dropoutRegularizer: strength(
    'κ: strength of the entropy that draws p towards 0.5; in proportion to 1/N, N examples',
  ).default(1e-5),
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
    recommended:
      't of 0.1, p of 0.1 at the start. The defaults λ = 1e-6 and κ = 1e-5 are those of the released code’s layer and do not know the number N of training examples; the released regression notebook sets λ = l²/N with l of 1e-4, and κ = 2/N',
    differs: [
      'Probabilities are learned for the attention output and the feed-forward output of every layer and before the classifier; embeddings and attention weights keep plain dropout.',
      'In the layers dropped are output units of the matrix W, in the paper input units; the count in the last term is then that of its outputs, which is the hidden size everywhere.',
      'The logits learn faster than the weights, by a factor; 1 is the paper’s. Where gradients are clipped, theirs count as many times.',
      'The term λ‖W‖²/(1 − p) comes on top of AdamW’s decoupled weight decay, which knows no p; with training.weightDecay of 0 it acts alone.',
      'The training loss that is shown contains both terms.',
    ],
    cost: '1',
  },
  fields: {
    initialProbability: { symbol: 'p', recommended: { text: '0.1', values: [0.1], by: 'authors’ script' } },
    temperature: { recommended: { text: '0.1', values: [0.1], by: 'authors’ script' } },
    weightRegularizer: {
      recommended: {
        text: '1e-6 as the layer’s default, l²/N with l of 1e-4 in the regression notebook',
        values: [1e-6],
        by: 'authors’ script',
      },
    },
    dropoutRegularizer: {
      recommended: {
        text: '1e-5 as the layer’s default, 2/N in the regression notebook',
        values: [1e-5],
        by: 'authors’ script',
      },
    },
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
