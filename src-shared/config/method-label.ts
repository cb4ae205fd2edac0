/** How a method is called in names, legends and tables: short, with the settings that tell one from another. */
import { assertNever } from '../failures/assert-never.ts'
import type { AdDropConfig, MethodConfig } from './method-config.ts'
import { integrationPointCount, methodConfig } from './method-config.ts'

const attributionLabels = {
  gradient: 'GA',
  'integrated-gradient': 'IGA',
  attention: 'AA',
  random: 'RD',
} as const satisfies Record<AdDropConfig['attribution'], string>

/**
 * A method in one line, such as `FT`, `AD-DROP p.3 q.3` or `AD-DROP RD p.3 q.5 L0`. AD-DROP always shows p and q; its
 * other settings appear when they are not the default or when they are among those that vary.
 *
 * @param method the method's settings
 * @param differing dotted keys that vary among the runs shown together, such as `method.attribution`
 */
export function methodLabel(method: MethodConfig, differing: readonly string[] = []): string {
  switch (method.kind) {
    case 'fine-tuning':
      return 'FT'
    case 'ad-drop':
      return adDropLabel(method, new Set(differing))
    default:
      return assertNever(method)
  }
}

function adDropLabel(method: AdDropConfig, differing: ReadonlySet<string>): string {
  const usual = methodConfig.parse({ kind: 'ad-drop' }) as AdDropConfig
  const shows = (key: Exclude<keyof AdDropConfig, 'kind'>): boolean =>
    differing.has(`method.${key}`) || JSON.stringify(method[key]) !== JSON.stringify(usual[key])
  return [
    'AD-DROP',
    ...(shows('attribution') ? [attributionLabels[method.attribution]] : []),
    ...(shows('integrationRule') ? [method.integrationRule === 'riemann' ? 'Riemann' : 'Gauss'] : []),
    ...(shows('integrationPoints') ? [`m${integrationPointCount(method)}`] : []),
    `p${shortNumber(method.candidateRegionRatio)}`,
    `q${shortNumber(method.discardRate)}`,
    ...(shows('layers') ? [method.layers === 'all' ? 'all layers' : `L${method.layers.join(',')}`] : []),
    ...(shows('target') ? [method.target === 'gold-label' ? 'gold' : 'pseudo'] : []),
    ...(shows('discards') ? [method.discards === 'low-attribution' ? 'low' : 'high'] : []),
    ...(shows('crossTuning') ? [method.crossTuning ? 'cross' : 'no cross'] : []),
  ].join(' ')
}

/**
 * A number without the zero in front of its point, as names show it: `.3`, `1.5`, `5e-5`.
 *
 * @param value any number
 */
export function shortNumber(value: number): string {
  const plain = Math.abs(value) < 1e-3 && value !== 0 ? value.toExponential() : String(value)
  return plain.replace(/^(-?)0\./, '$1.')
}
