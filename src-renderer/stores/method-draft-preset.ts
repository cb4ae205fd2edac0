/** Presets in the form of a method: which there are, which is chosen, how far the form has departed from it. */
import type { MethodKind } from '@shared/config/method-config.ts'
import { definitionOf, fieldsOf, usualSettings } from '@shared/config/method-fields.ts'
import type { MethodPreset } from '@shared/config/methods/method-definition.ts'
import type { Settings, SettingValue } from '@shared/config/setting-value.ts'
import {
  applyingFields,
  draftValue,
  settingsDraft,
  typedSettings,
  usualPreset,
  type MethodDraft,
} from './method-draft.ts'

/**
 * What a form offers: the lab's own defaults, then the method's presets; none where the method has no presets.
 *
 * @param kind which method
 */
export function offeredPresets(kind: MethodKind): readonly MethodPreset[] {
  const { presets = [] } = definitionOf(kind)
  if (presets.length === 0) return []
  const usual = usualSettings(kind)
  const named = [...new Set(presets.flatMap(({ settings }) => Object.keys(settings)))]
  return [
    {
      id: usualPreset,
      name: 'Defaults',
      description: 'What this program does unless told otherwise.',
      settings: Object.fromEntries(named.map((key) => [key, usual[key]])),
    },
    ...presets,
  ]
}

/**
 * Fills in a preset; settings that it does not name stay as they are.
 *
 * @param method of the draft; changed
 * @param id one of the offered presets
 */
export function choosePreset(method: MethodDraft, id: string): void {
  const preset = offeredPresets(method.kind).find((offered) => offered.id === id)
  if (preset === undefined) return
  const draft = settingsDraft(method)
  method.settings[method.kind] = {
    preset: id,
    values: { ...draft.values, ...Object.fromEntries(filledIn(method.kind, preset.settings)) },
  }
}

function filledIn(kind: MethodKind, settings: Settings) {
  return fieldsOf(kind)
    .filter(({ key }) => Object.hasOwn(settings, key))
    .map(({ key }) => [key, draftValue(settings[key] as SettingValue)] as const)
}

/**
 * Keys of the settings that were changed since the preset was chosen, of those that it names and that have an effect.
 *
 * @param method of the draft
 */
export function changedFromPreset(method: MethodDraft): readonly string[] {
  const { preset } = settingsDraft(method)
  const settings = offeredPresets(method.kind).find(({ id }) => id === preset)?.settings ?? {}
  const typed = typedSettings(method)
  return applyingFields(method)
    .map(({ key }) => key)
    .filter((key) => Object.hasOwn(settings, key) && settings[key] !== typed[key])
}
