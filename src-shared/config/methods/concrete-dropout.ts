/** Concrete Dropout. */
import { z } from 'zod'
import {
  crossTuning,
  crossTuningPart,
  openRatio,
  shortNumber,
  type MethodDefinition,
} from './method-definition.ts'

/** Strength of a term of the loss; null: from the number of training examples. */
const strength = (text: string) => z.number().min(0).max(1).nullable().default(null).describe(text)

/** l, the prior length scale of the released notebook. */
const lengthScale = 1e-4

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
    'λ: strength of ‖W‖²/(1 − p), which comes on top of the optimizer’s weight decay; empty = l²/(2N) with cross-entropy, l²/N with squared error, N training examples, l = 1e-4',
  ),
  dropoutRegularizer: strength(
    'κ: strength of the entropy that draws p towards 0.5; empty = 1/N with cross-entropy, 2/N with squared error, N training examples',
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

const strengthText = (value: number | null): string => (value === null ? ' from N' : shortNumber(value))

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
    differs: [
      'Probabilities are learned for the attention output and the feed-forward output of every layer and before the classifier; embeddings and attention weights keep plain dropout.',
      'In the layers dropped are output units of the matrix W, in the paper input units; the count in the last term is then that of its outputs, which is the hidden size everywhere.',
      'The logits learn faster than the weights, by a factor; 1 is the paper’s. Where gradients are clipped, theirs count as many times.',
      'The term λ‖W‖²/(1 − p) comes on top of AdamW’s decoupled weight decay, which knows no p; with training.weightDecay of 0 it acts alone.',
      'λ and κ follow from the number N of training examples. The released notebook has l²/N and 2/N for a squared error that is twice the negative logarithm of a likelihood; cross-entropy is that logarithm itself, so both are half as large there. A run’s record holds the numbers.',
      'The training loss that is shown contains both terms.',
    ],
    cost: '1',
  },
  fields: {
    initialProbability: { symbol: 'p' },
    weightRegularizer: { whenNull: () => 'from N: l²/(2N), l²/N on regression' },
    dropoutRegularizer: { whenNull: () => 'from N: 1/N, 2/N on regression' },
  },
  automaticSettings: ({ weightRegularizer, dropoutRegularizer }, { examples, kind }) => {
    const perExample = (kind === 'regression' ? 2 : 1) / examples
    return {
      weightRegularizer: weightRegularizer ?? (lengthScale ** 2 / 2) * perExample,
      dropoutRegularizer: dropoutRegularizer ?? perExample,
    }
  },
  addedLoss: 'penalties on weights and on dropout’s entropy',
  published: [
    {
      by: 'released code',
      source: 'yaringal/ConcreteDropout, concrete-dropout.ipynb: l²/N and 2/N, N examples, l = 1e-4',
      usedFor: 'regression of one number, squared error with a learned noise',
      settings: {
        weightRegularizer: [null],
        dropoutRegularizer: [null],
        initialProbability: [0.1],
        temperature: [0.1],
        learningRateFactor: [1],
      },
    },
    {
      by: 'released code',
      source: 'yaringal/ConcreteDropout, defaults of the layer, which know no N',
      usedFor: 'no experiment',
      settings: { weightRegularizer: [1e-6], dropoutRegularizer: [1e-5] },
    },
  ],
  defaults:
    'The notebook’s pair, halved for cross-entropy; the factor 100 is this program’s: at a rate for fine-tuning the probabilities would hardly move.',
  recipe: null,
  label: (settings) => [
    { key: null, text: 'Concrete Dropout' },
    { key: null, text: `p₀${shortNumber(settings.initialProbability)}` },
    { key: 'temperature', text: `t${shortNumber(settings.temperature)}` },
    { key: 'weightRegularizer', text: `λ${strengthText(settings.weightRegularizer)}` },
    { key: 'dropoutRegularizer', text: `κ${strengthText(settings.dropoutRegularizer)}` },
    { key: 'learningRateFactor', text: `rate×${settings.learningRateFactor}` },
    crossTuningPart(settings),
  ],
}
