/** What is trained against overfitting, and how: one schema per method, the paper's symbol and range in each field. */
import { z } from 'zod'

const positiveRatio = (text: string) =>
  z
    .number()
    .gt(0, 'must lie strictly between 0 and 1')
    .lt(1, 'must lie strictly between 0 and 1')
    .describe(text)

/** Layers a method acts on. */
export const layerSelection = z
  .union([z.literal('all'), z.array(z.number().int().nonnegative()).min(1)])
  .describe('Layers the method acts on: "all", or a list of 0-based indices')

/** Points of integrated gradients where a configuration names none. */
export const usualIntegrationPoints = { riemann: 20, 'gauss-legendre': 5 } as const

const fineTuning = z.strictObject({ kind: z.literal('fine-tuning') })

const adDrop = z.strictObject({
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
  candidateRegionRatio: positiveRatio(
    'p: share of each attention row that forms the candidate discard region',
  ).default(0.3),
  discardRate: positiveRatio('q: probability that a position of the candidate region is dropped').default(
    0.3,
  ),
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

/** Any method. `kind` decides which other keys exist; unknown keys are errors. */
export const methodConfig = z.discriminatedUnion('kind', [fineTuning, adDrop])

/** A method with every default filled in. */
export type MethodConfig = z.infer<typeof methodConfig>
/** AD-DROP’s settings with every default filled in. */
export type AdDropConfig = z.infer<typeof adDrop>
/** Name of a method. */
export type MethodKind = MethodConfig['kind']
