/** AD-DROP. */
import { z } from 'zod'
import { layerSelection, openRatio, shortNumber, type MethodDefinition } from './method-definition.ts'

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
  discardRate: openRatio('q: probability that a position of the candidate region is dropped').default(0.3),
  layers: layerSelection.default('all'),
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
  crossTuning: z
    .boolean()
    .default(true)
    .describe('Alternate epochs: odd (1st, 3rd, …) plain fine-tuning, even (2nd, 4th, …) AD-DROP'),
})

/** AD-DROP’s settings with every default filled in. */
export type AdDropConfig = z.infer<typeof schema>

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

/** AD-DROP: settings, card, name. */
export const adDrop: MethodDefinition<typeof schema> = {
  schema,
  card: {
    name: 'AD-DROP',
    summary:
      'A first pass finds which attention positions matter most to the model’s own prediction. A second pass drops some of those at random and is what the weights learn from, in every second epoch.',
    equation:
      'B = ∂F/∂A (Eq. 5); protected: B below the row’s (1 − p) quantile (Eq. 6); others dropped with probability q (Eq. 7)',
    source: 'Yang et al. 2022, NeurIPS, arXiv:2210.05883',
    recommended:
      'p and q searched in {0.1, …, 0.9}; all layers on small tasks, the first on large ones; cross-tuning',
    differs: [
      'All layers in one backward sweep instead of one each.',
      'A row that would lose every position loses none.',
      'Integrated gradients are the definition of Sundararajan et al.; Eq. 3 as printed has another factor.',
      'Random dropping draws once with probability p·q, as the released code does, and skips the first pass.',
    ],
    cost: 'GA 1.66, AA 1.33, RD 1, IGA 85 (20 points) in a regularized epoch',
  },
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
  ],
}
