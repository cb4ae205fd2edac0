/** What `lab bench step` can time: every method with its usual settings, and AD-DROP once per attribution. */
import { withAutomaticSettings } from '@shared/config/automatic-settings.ts'
import { methodConfig, methodDefinitions, type MethodConfig } from '@shared/config/method-config.ts'
import type { AdDropConfig } from '@shared/config/methods/ad-drop.ts'

type Settings = Readonly<Record<string, unknown>>

/** Names for AD-DROP's attributions. */
const variants: Readonly<Record<string, Settings>> = {
  random: { kind: 'ad-drop', attribution: 'random' },
  'random-exact-size': { kind: 'ad-drop', attribution: 'random', randomRegion: 'exact-size' },
  attention: { kind: 'ad-drop', attribution: 'attention' },
  gradient: { kind: 'ad-drop', attribution: 'gradient' },
  'integrated-gradient': { kind: 'ad-drop', attribution: 'integrated-gradient' },
  'integrated-gradient-quadrature': {
    kind: 'ad-drop',
    attribution: 'integrated-gradient',
    integrationRule: 'gauss-legendre',
  },
}

/** What settings that depend on the data are derived from; no time depends on them. */
const timedData = { examples: 1000, kind: 'classification' } as const

/** Methods that can be timed, by name. AD-DROP itself is there under the names of its attributions. */
export const benchMethods: readonly string[] = [
  'fine-tuning',
  ...Object.keys(variants),
  ...Object.keys(methodDefinitions).filter((kind) => kind !== 'fine-tuning' && kind !== 'ad-drop'),
]

/**
 * The settings behind a name.
 *
 * @param name one of `benchMethods`
 * @param layers that AD-DROP masks
 */
export function benchSettings(name: string, layers: AdDropConfig['layers']): MethodConfig {
  const settings = variants[name] ?? { kind: name }
  const method = methodConfig.parse(settings['kind'] === 'ad-drop' ? { ...settings, layers } : settings)
  return withAutomaticSettings(method, timedData)
}
