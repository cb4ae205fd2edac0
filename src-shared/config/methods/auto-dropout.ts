/** AutoDropout's pattern space with a budgeted search. */
import { z } from 'zod'
import { parsePattern, patternForm } from './dropout-pattern.ts'
import {
  crossTuning,
  crossTuningPart,
  ratioFromZero,
  shortNumber,
  type MethodDefinition,
} from './method-definition.ts'

const count = (least: number, most: number, text: string) =>
  z.number().int().min(least).max(most).describe(text)

const schema = z.strictObject({
  kind: z.literal('auto-dropout'),
  dropRate: ratioFromZero('q: probability with which what a pattern affects is dropped').default(0.2),
  pattern: z
    .string()
    .refine((text) => parsePattern(text) !== null, { error: `must be ${patternForm}` })
    .default('attention-output 2/2, feed-forward-output 2/2')
    .describe(`The pattern, or with a search its first candidate: ${patternForm}`),
  search: z
    .enum(['none', 'random', 'evolutionary'])
    .default('none')
    .describe(
      'How the pattern is found: it is the one given; the best of random ones; or by regularized evolution, each candidate a changed copy of a good one',
    ),
  candidates: count(
    2,
    1000,
    'Patterns that a search trains and scores on the validation split; their epochs count towards the run’s, of which there must be more',
  ).default(8),
  epochsPerCandidate: count(1, 100, 'Epochs of each candidate’s training, from the first weights on').default(
    1,
  ),
  populationSize: count(
    2,
    1000,
    'Evolutionary search: latest candidates that parents are taken from; the first so many are random',
  ).default(4),
  sampleSize: count(
    1,
    1000,
    'Evolutionary search: draws from the population, the best of which is the parent',
  ).default(2),
  crossTuning,
})

/** Settings with every default filled in. */
export type AutoDropoutConfig = z.infer<typeof schema>

const isSearching = ({ search }: AutoDropoutConfig): boolean => search !== 'none'

/** AutoDropout’s pattern space: settings, card, name. */
export const autoDropout: MethodDefinition<typeof schema> = {
  schema,
  card: {
    name: 'AutoDropout’s pattern space with a budgeted search',
    summary:
      'What queries, keys, values and the two outputs of a block say is dropped in stretches of tokens, by a pattern of size, stride and sharing for each of them. The pattern is given, or the best of a few that are trained and scored one after the other before the training that counts.',
    equation:
      'y = x⊙(1 + A⊙(M/(1 − q) − 1)), A = 1 in stretches of size tokens every size + stride, M ~ Bernoulli(1 − q) shared by tokens (t) or units (c)',
    source: 'pattern space after Pham and Le 2021, AAAI, arXiv:2101.01761',
    differs: [
      'These are not AutoDropout’s results: the paper trains a controller by reinforcement learning on many trainings; here the search is random or regularized evolution (Real et al. 2019) over a handful.',
      'The pattern of a sublayer is the same in every block, so that few candidates can find one.',
      'Of the paper, known here from summaries of it, come the four tokens size, stride, share_t and share_c and a pattern for each of several sublayers. Our own: where a stretch begins (at random in every example), that share_t holds over the whole example, the drop rate and its scaling, the values that are tried, and the five sublayers; attention weights have no pattern.',
      'Vanilla dropout stays on.',
      'Candidates are scored on the validation split that also selects the best epoch, by their best epoch (with cross-tuning, of those trained with the pattern), so the result is the more optimistic the more of them there are. The run’s best score and epoch are of the last training alone.',
    ],
    cost: '1 a step; a search adds candidates × epochs of each to the epochs of the training that counts',
  },
  fields: {
    search: { choices: { none: 'None', random: 'Random', evolutionary: 'Evolutionary' } },
    candidates: { appliesWhen: isSearching },
    epochsPerCandidate: { appliesWhen: isSearching },
    populationSize: { appliesWhen: ({ search }) => search === 'evolutionary' },
    sampleSize: { appliesWhen: ({ search }) => search === 'evolutionary' },
  },
  published: [],
  defaults:
    'This program’s own; nothing was published for fine-tuning: the paper’s models are image classifiers, language models and translation.',
  recipe: null,
  label: (settings) => [
    { key: null, text: 'AutoDropout space' },
    {
      key: null,
      text: settings.search === 'none' ? 'fixed' : `${settings.search} search of ${settings.candidates}`,
    },
    { key: 'dropRate', text: `q${shortNumber(settings.dropRate)}` },
    { key: 'pattern', text: settings.pattern },
    { key: 'epochsPerCandidate', text: `${settings.epochsPerCandidate} epochs each` },
    { key: 'populationSize', text: `population ${settings.populationSize}` },
    { key: 'sampleSize', text: `sample ${settings.sampleSize}` },
    crossTuningPart(settings),
  ],
}
