/** AD-DROP. */
import { z } from 'zod'
import type { Recorded } from '../recorded.ts'
import { adDropFields } from './ad-drop-fields.ts'
import { adDropTraining, publishedRules, publishedSearches } from './ad-drop-published.ts'
import {
  layerSelection,
  openRatio,
  ratioToOne,
  shortNumber,
  type LabelPart,
  type MethodDefinition,
} from './method-definition.ts'

/** Points of integrated gradients where a configuration names none. */
export const usualIntegrationPoints = { riemann: 20, 'gauss-legendre': 5 } as const

const schema = z.strictObject({
  kind: z.literal('ad-drop'),
  attribution: z
    .enum(['gradient', 'integrated-gradient', 'attention', 'random'])
    .default('gradient')
    .describe('Attribution that ranks attention positions: GA, IGA, AA or RD of the paper'),
  integrationRule: z
    .enum(['riemann', 'gauss-legendre'])
    .default('riemann')
    .describe(
      'How IGA averages gradients along the path: right Riemann sum (paper), or Gauss-Legendre quadrature, which needs fewer points',
    ),
  integrationPoints: z
    .number()
    .int()
    .min(1)
    .max(64)
    .nullable()
    .default(null)
    .describe('m: points of that average; empty = 20 (paper) for Riemann, 5 for Gauss-Legendre; IGA only'),
  candidateRegionRatio: openRatio(
    'p: share of each attention row that forms the candidate discard region',
  ).default(0.3),
  discardRate: ratioToOne(
    'q: probability that a position of the candidate region is dropped; 1 drops the whole region, as in the prior experiment',
  ).default(0.3),
  layers: layerSelection.default('all'),
  crossTuning: z
    .boolean()
    .default(true)
    .describe('Alternate epochs: odd (1st, 3rd, …) plain fine-tuning, even (2nd, 4th, …) AD-DROP'),
  target: z
    .enum(['pseudo-label', 'gold-label'])
    .default('pseudo-label')
    .describe(
      'Label whose logit is attributed: the model’s own prediction (paper) or the gold label (ablation); regression always uses the gold score',
    ),
  discards: z
    .enum(['high-attribution', 'low-attribution'])
    .default('high-attribution')
    .describe('End of the ranking that forms the candidate region'),
  indexRule: z
    .enum(['float32', 'float64'])
    .default('float32')
    .describe(
      'Arithmetic of the threshold’s index k = ⌊n(1 − p)⌋: float32 as released, which is exact; or double precision, which is one too small in 160 of the 4,608 cases of p = 0.1 … 0.9 and n ≤ 512, for instance p = 0.3, n = 90',
    ),
  firstPassDropout: z
    .boolean()
    .default(true)
    .describe(
      'Vanilla dropout in the first pass, from which A, the pseudo-label and B come: on in the released code; the paper’s first pass is “without dropping any attention position” (section 1), preset "paper": off. GA and AA only, IGA is always taken without',
    ),
  attributedWeights: z
    .enum(['after-dropout', 'before-dropout'])
    .default('after-dropout')
    .describe(
      'A whose gradient or value is B: attention after vanilla dropout (released code for BERT), or the softmax before it (for Marian); GA and AA with dropout in the first pass only',
    ),
  integratedGradients: z
    .enum(['exact', 'as-released'])
    .default('exact')
    .describe(
      'Integrand of IGA: ∂F/∂A′ at A′ = αA with the label of α = 1; or as released: ∂F/∂A, which carries another α, with the label taken anew at each α; IGA only',
    ),
  dropoutAfterIntegratedGradients: z
    .enum(['kept', 'lost'])
    .default('kept')
    .describe(
      'Vanilla dropout in the second pass after IGA: kept, or lost as in the released code, which takes IGA in evaluation mode and stays in it until the epoch ends; IGA only',
    ),
  regressionAttention: z
    .enum(['corrected', 'as-released'])
    .default('corrected')
    .describe(
      'Ranking by AA on regression tasks: B = A; or B = −A as released for STS-B, which drops the least attended positions; AA on regression only',
    ),
  randomRegion: z
    .enum(['independent', 'exact-size'])
    .default('independent')
    .describe(
      'RD: every position dropped by itself with probability p·q (released code), or a random candidate region of n − ⌊n(1 − p)⌋ positions in each row, of which each is dropped with probability q (text of the paper); RD only',
    ),
  allDroppedRows: z
    .enum(['keep-row', 'keep-top-1', 'literal'])
    .default('keep-row')
    .describe(
      'What becomes of a row that would lose every position (k = 0): drop nothing in it, keep its position of highest b (RD: a random one), or leave it, which spreads its attention over all columns, padding included',
    ),
  maskedScore: z
    .enum(['lowest-float32', 'as-released'])
    .default('lowest-float32')
    .describe(
      'm of a dropped position, added to its score: lowest float32 for the −∞ of Eq. 7, or −10,000 as released; they differ only in rows that lose every position',
    ),
})

/** AD-DROP’s settings with every default filled in. */
export type AdDropConfig = Recorded<typeof schema>

/**
 * m, the number of points of integrated gradients.
 *
 * @param settings rule and points
 */
export function integrationPointCount(
  settings: Pick<AdDropConfig, 'integrationRule' | 'integrationPoints'>,
): number {
  return settings.integrationPoints ?? usualIntegrationPoints[settings.integrationRule]
}

const attributionLabels = {
  gradient: 'GA',
  'integrated-gradient': 'IGA',
  attention: 'AA',
  random: 'RD',
} as const satisfies Record<AdDropConfig['attribution'], string>

/** What paper and released code agree on. */
const agreed = {
  integrationRule: 'riemann',
  integrationPoints: null,
  target: 'pseudo-label',
  discards: 'high-attribution',
  crossTuning: true,
  indexRule: 'float32',
  attributedWeights: 'after-dropout',
} as const satisfies Partial<AdDropConfig>

const paper = {
  ...agreed,
  firstPassDropout: false,
  integratedGradients: 'exact',
  dropoutAfterIntegratedGradients: 'kept',
  regressionAttention: 'corrected',
  randomRegion: 'exact-size',
  allDroppedRows: 'keep-row',
  maskedScore: 'lowest-float32',
} as const satisfies Partial<AdDropConfig>

/** What the released code does otherwise than our defaults. */
const quirks = {
  integratedGradients: 'as-released',
  dropoutAfterIntegratedGradients: 'lost',
  regressionAttention: 'as-released',
  allDroppedRows: 'literal',
  maskedScore: 'as-released',
} as const satisfies Partial<AdDropConfig>

const released = {
  ...agreed,
  ...quirks,
  firstPassDropout: true,
  randomRegion: 'independent',
} as const satisfies Partial<AdDropConfig>

/** The parts of a name for where paper and released code differ: in one where all are the released code’s. */
function quirkLabels(settings: AdDropConfig): readonly LabelPart[] {
  const keys = Object.keys(quirks) as (keyof typeof quirks)[]
  const region = {
    key: 'randomRegion',
    text: settings.randomRegion === 'exact-size' ? 'exact region' : 'p·q',
  }
  if (keys.every((key) => settings[key] === quirks[key])) return [{ key: null, text: 'as released' }, region]
  return [
    {
      key: 'integratedGradients',
      text: settings.integratedGradients === 'exact' ? 'exact IG' : 'released IG',
    },
    {
      key: 'dropoutAfterIntegratedGradients',
      text: settings.dropoutAfterIntegratedGradients === 'kept' ? 'IG keeps dropout' : 'IG loses dropout',
    },
    { key: 'regressionAttention', text: settings.regressionAttention === 'corrected' ? '+A' : '−A' },
    { key: 'allDroppedRows', text: settings.allDroppedRows.replaceAll('-', ' ') },
    { key: 'maskedScore', text: settings.maskedScore === 'as-released' ? 'm−1e4' : 'm−∞' },
    region,
  ]
}

/** AD-DROP: settings, card, name, presets. */
export const adDrop: MethodDefinition<typeof schema> = {
  schema,
  card: {
    name: 'AD-DROP',
    summary:
      'A first pass finds which attention positions matter most to the model’s own prediction. A second pass drops some of those at random and is what the weights learn from, in every second epoch.',
    equation:
      'B = ∂F/∂A (Eq. 5); protected: B below the row’s (1 − p) quantile (Eq. 6); others dropped with probability q (Eq. 7)',
    source: 'Yang et al. 2022, NeurIPS, arXiv:2210.05883',
    differs: [
      'All layers in one backward sweep instead of one each.',
      'A row that would lose every position loses none (allDroppedRows).',
      'The −∞ of Eq. 7 is a finite number: float32’s lowest, where the released code adds −10,000 (maskedScore).',
      'Integrated gradients are the definition of Sundararajan et al.; Eq. 3 as printed has another factor α (integratedGradients). The second pass after them has vanilla dropout; the released code loses it (dropoutAfterIntegratedGradients).',
      'Attention attribution on regression tasks ranks by A; the released code for STS-B ranks by −A, which drops the least attended positions (regressionAttention).',
      'Random dropping draws once with probability p·q, as the released code does, and skips the first pass (randomRegion).',
      'Batches hold examples of similar length, padded to one of a few lengths; the released code pads all to the task’s maximum.',
      'The first pass has vanilla dropout, as in the released code; section 1 of the paper has it “without dropping any attention position” (firstPassDropout).',
      'Preset "paper": the text of the paper with these repairs, but a first pass without vanilla dropout, and random dropping with the text’s region of fixed size. Preset "as-released": the authors’ code with its quirks, which differ in integratedGradients, dropoutAfterIntegratedGradients, regressionAttention, randomRegion, allDroppedRows and maskedScore. p, q, attribution and layers are the experiment’s.',
    ],
    cost: 'GA 1.66, AA 1.33, RD 1, IGA with 20 points 85 (twelve layers) or 45 (six), in a regularized epoch',
  },
  fields: adDropFields(usualIntegrationPoints),
  label: (settings) => [
    { key: null, text: 'AD-DROP' },
    { key: 'attribution', text: attributionLabels[settings.attribution] },
    { key: 'integrationRule', text: settings.integrationRule === 'riemann' ? 'Riemann' : 'Gauss' },
    { key: 'integrationPoints', text: `m${integrationPointCount(settings)}` },
    { key: null, text: `p${shortNumber(settings.candidateRegionRatio)}` },
    { key: null, text: `q${shortNumber(settings.discardRate)}` },
    { key: 'layers', text: settings.layers === 'all' ? 'all layers' : `L${settings.layers.join(',')}` },
    { key: 'target', text: settings.target === 'gold-label' ? 'gold' : 'pseudo' },
    { key: 'discards', text: settings.discards === 'low-attribution' ? 'low' : 'high' },
    { key: 'crossTuning', text: settings.crossTuning ? 'cross' : 'no cross' },
    { key: 'indexRule', text: `k ${settings.indexRule}` },
    { key: 'firstPassDropout', text: settings.firstPassDropout ? 'first dropout' : 'no first dropout' },
    {
      key: 'attributedWeights',
      text: settings.attributedWeights === 'after-dropout' ? 'A after' : 'A before',
    },
    ...quirkLabels(settings),
  ],
  published: [...publishedSearches, ...publishedRules],
  defaults:
    'p = q = 0.3, the example of the released README; otherwise the released code, but where it slips (see the differences).',
  recipe: {
    by: 'released code',
    source: 'TaoYang225/AD-DROP, <task>/run_addrop.sh and main.py',
    usedFor: 'GLUE; fine-tuning too (run_ft.sh)',
    training: adDropTraining,
    differs: ['On tasks without a script: 10 epochs at most, patience 5.'],
  },
  taskSettings: ({ paperLayers }) => ({ layers: paperLayers === 'all' ? 'all' : [...paperLayers] }),
  presets: [
    {
      id: 'paper',
      name: 'Paper',
      description:
        'The text of the paper. Repaired where it is undefined or slips: a row that would lose every position loses none; −∞ is float32’s lowest value; integrated gradients without the second factor α of Eq. 3 as printed. First pass without vanilla dropout: section 1 has it “without dropping any attention position”, and names no other dropout.',
      settings: paper,
    },
    {
      id: 'as-released',
      name: 'As released',
      description:
        'The authors’ code with its quirks: dropped scores get −10,000, so a row that loses every position attends to all columns, padding included; integrated gradients carry another α, and vanilla dropout is lost after them; attention attribution on regression drops the least attended positions; random dropping has no region. Batches are padded to one of a few lengths all the same, where the code pads to the task’s maximum.',
      settings: released,
    },
  ],
}
