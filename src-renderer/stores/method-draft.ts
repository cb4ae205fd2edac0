/** One method of a study while somebody fills in its form: values as typed, by method, so that changing one's mind loses none. */
import { methodConfig, type MethodConfig, type MethodKind } from '@shared/config/method-config.ts'
import { definitionOf, fieldsOf, usualSettings } from '@shared/config/method-fields.ts'
import { methodLabel } from '@shared/config/method-label.ts'
import type { SettingField } from '@shared/config/setting-field.ts'
import type { Settings, SettingValue } from '@shared/config/setting-value.ts'
import { numberText } from '@shared/config/setting-text.ts'
import { typedNumberProblem, typedTextProblem } from './typed-number.ts'

/** A setting as the form holds it: the text of a number or another text, a choice, a switch, layers. */
export type DraftValue = string | boolean | readonly number[]

/** The settings of one method in the form. */
export interface SettingsDraft {
  /** The preset that was chosen last; `usualPreset` before one was. */
  preset: string
  /** By key. */
  values: Record<string, DraftValue>
}

/** One method of the study. */
export interface MethodDraft {
  readonly id: number
  kind: MethodKind
  /** Of every method that was chosen here once. */
  settings: Partial<Record<MethodKind, SettingsDraft>>
}

/** What stands for the lab's own defaults among the presets. */
export const usualPreset = 'defaults'

/**
 * A method with the schema's defaults.
 *
 * @param id unique in the draft
 * @param kind which method
 */
export function newMethod(id: number, kind: MethodKind): MethodDraft {
  return { id, kind, settings: { [kind]: newSettings(kind) } }
}

/**
 * The settings of a method with the schema's defaults.
 *
 * @param kind which method
 */
export function newSettings(kind: MethodKind): SettingsDraft {
  const values = fieldsOf(kind).map((field) => [field.key, draftValue(field.defaultValue)] as const)
  return { preset: usualPreset, values: Object.fromEntries(values) }
}

/**
 * Makes it another method, with the settings it had as that one.
 *
 * @param method of the draft; changed
 * @param kind which method
 */
export function chooseKind(method: MethodDraft, kind: MethodKind): void {
  method.settings[kind] ??= newSettings(kind)
  method.kind = kind
}

/**
 * The settings of the method that is chosen.
 *
 * @param method of the draft
 */
export function settingsDraft(method: MethodDraft): SettingsDraft {
  return method.settings[method.kind] ?? newSettings(method.kind)
}

/**
 * A value as the form holds it.
 *
 * @param value as a config holds it
 */
export function draftValue(value: SettingValue): DraftValue {
  if (value === null) return ''
  return typeof value === 'number' ? numberText(value) : value
}

/** A value as a config holds it; what is no number becomes NaN, which every schema refuses. */
function settingValue(field: SettingField, value: DraftValue | undefined): SettingValue {
  if (value === undefined) return field.defaultValue
  if (field.kind === 'layers' && Array.isArray(value)) return [...(value as number[])].sort((a, b) => a - b)
  if (field.kind !== 'number') return value
  const text = String(value).trim()
  if (text === '') return field.whenNull === null ? NaN : null
  return Number(text)
}

/**
 * The settings as they stand in the form, those without effect too.
 *
 * @param method of the draft
 */
export function typedSettings(method: MethodDraft): Settings {
  const { values } = settingsDraft(method)
  return Object.fromEntries(
    fieldsOf(method.kind).map((field) => [field.key, settingValue(field, values[field.key])]),
  )
}

/**
 * The settings that have an effect beside the others, in the order of the form.
 *
 * @param method of the draft
 */
export function applyingFields(method: MethodDraft): readonly SettingField[] {
  const settings = typedSettings(method)
  return fieldsOf(method.kind).filter((field) => field.appliesWhen(settings))
}

/**
 * The method as a run's description has it. What has no effect, and so does not show in the form, is what the chosen preset
 * says, else the default.
 *
 * @param method of the draft
 */
export function toMethodConfig(method: MethodDraft): MethodConfig {
  return methodConfig.parse({ kind: method.kind, ...effectiveSettings(method, presetSettings(method)) })
}

/** Typed settings where they have an effect, others from `instead`, else from the defaults. */
function effectiveSettings(method: MethodDraft, instead: Settings): Settings {
  const applying = new Set(applyingFields(method).map(({ key }) => key))
  const fallback = { ...usualSettings(method.kind), ...instead }
  return Object.fromEntries(
    Object.entries(typedSettings(method)).map(([key, value]) => [
      key,
      applying.has(key) ? value : fallback[key],
    ]),
  )
}

function presetSettings(method: MethodDraft): Settings {
  const { preset } = settingsDraft(method)
  return definitionOf(method.kind).presets?.find(({ id }) => id === preset)?.settings ?? {}
}

/**
 * A method's name: what distinguishes it in a list. Its plain name while a setting is wrong.
 *
 * @param method of the draft
 */
export function methodName(method: MethodDraft): string {
  const parsed = methodConfig.safeParse({
    kind: method.kind,
    ...effectiveSettings(method, presetSettings(method)),
  })
  return parsed.success
    ? methodLabel(parsed.data, ['method.attribution'])
    : definitionOf(method.kind).card.name
}

/**
 * Whether two methods would train alike.
 *
 * @param first of the draft
 * @param second of the draft
 */
export function isSameMethod(first: MethodDraft, second: MethodDraft): boolean {
  const text = (method: MethodDraft): string => JSON.stringify([method.kind, effectiveSettings(method, {})])
  return text(first) === text(second)
}

/**
 * What is wrong with each setting that has an effect; those that fit are left out.
 *
 * @param method of the draft
 * @param numLayers layers of the checkpoint; infinite before one is chosen
 * @returns message by key of the setting
 */
export function settingProblems(method: MethodDraft, numLayers: number): Readonly<Record<string, string>> {
  const { values } = settingsDraft(method)
  const problems = applyingFields(method).map((field) => [
    field.key,
    settingProblem(field, values[field.key] ?? '', numLayers),
  ])
  return Object.fromEntries(problems.filter(([, problem]) => problem !== '')) as Record<string, string>
}

function settingProblem(field: SettingField, value: DraftValue, numLayers: number): string {
  if (field.kind === 'number') return typedNumberProblem(field.schema, String(value), field.whenNull !== null)
  if (field.kind === 'text') return typedTextProblem(field.schema, String(value))
  if (field.kind === 'choice') return field.schema.safeParse(value).success ? '' : 'Choose one.'
  if (field.kind !== 'layers' || !Array.isArray(value)) return ''
  if (value.length === 0) return 'Choose at least one layer.'
  const outside = (value as number[]).filter((layer) => layer >= numLayers)
  return outside.length === 0
    ? ''
    : `The checkpoint has layers 0 to ${numLayers - 1}; there is no layer ${outside.join(', ')}.`
}
