/** Presets in the description of a run: `"preset": "as-released"` beside `kind` stands for the settings of that preset. */
import { LabError } from '../failures/failure.ts'
import { methodDefinitions, type MethodKind } from './method-config.ts'
import type { MethodDefinition, MethodPreset } from './methods/method-definition.ts'

/** The key that names a preset. A run's record holds the settings it stands for instead. */
export const presetKey = 'preset'

/**
 * A method's presets; none where the method is unknown.
 *
 * @param kind as written
 */
export function presetsOf(kind: unknown): readonly MethodPreset[] {
  const definition: MethodDefinition | undefined = Object.hasOwn(methodDefinitions, String(kind))
    ? methodDefinitions[kind as MethodKind]
    : undefined
  return definition?.presets ?? []
}

/**
 * A method with its preset replaced by the settings it stands for. Settings written beside it go before the preset's.
 *
 * @param method as written, of any form
 * @param what how messages call the description
 * @returns the same where it names no preset
 * @throws LabError `invalid-config` when the method has no preset of that name
 */
export function withPreset(method: unknown, what: string): unknown {
  if (typeof method !== 'object' || method === null || !Object.hasOwn(method, presetKey)) return method
  const { [presetKey]: id, ...written } = method as Record<string, unknown>
  const presets = presetsOf(written['kind'])
  const preset = presets.find((known) => known.id === id)
  if (preset !== undefined) return { ...preset.settings, ...written }
  const known = presets.map((each) => `"${each.id}"`).join(', ')
  throw new LabError(
    'invalid-config',
    `${what} is not valid: method.preset: ${JSON.stringify(id)} is not a preset of the method ${JSON.stringify(written['kind'])}.`,
    known === ''
      ? 'This method has no presets: leave "preset" out.'
      : `Write one of ${known}, or leave it out.`,
  )
}
