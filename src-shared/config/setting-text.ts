/** A setting's values, range and default in words, the same in the app and in docs/methods.md. */
import type { NumberRange, SettingField } from './setting-field.ts'
import type { Settings } from './setting-value.ts'

/**
 * A number as configs write it: `0.3`, `1e-5` rather than `0.00001`.
 *
 * @param value any number
 */
export function numberText(value: number): string {
  return value !== 0 && Math.abs(value) < 0.001 ? value.toExponential() : String(value)
}

/** A number as it is, unless it is a quotient such as 1/3668, of which six digits are shown. */
function shownNumber(value: number): string {
  const text = numberText(value)
  return text.length <= 12 ? text : numberText(Number(value.toPrecision(6)))
}

/**
 * A setting's value in words; values that its kind does not know are shown as they are.
 *
 * @param field the setting
 * @param value as configs hold it, or a layer list joined by commas
 * @param settings the others beside it, which may decide what an empty value means
 */
export function valueText(field: SettingField, value: unknown, settings: Settings): string {
  if (value === null) return field.whenNull?.(settings) ?? 'none'
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (typeof value === 'number') return shownNumber(value)
  if (Array.isArray(value)) return value.join(', ')
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (field.kind === 'choice') return field.choices.find((choice) => choice.value === text)?.name ?? text
  return field.kind === 'layers' ? text.replaceAll(',', ', ') : text
}

/**
 * Which values a setting may have: `above 0, below 1`, `whole, 1 to 64`, or the names of its choices.
 *
 * @param field the setting
 */
export function rangeText(field: SettingField): string {
  switch (field.kind) {
    case 'number':
      return `${field.isWhole ? 'whole, ' : ''}${boundsText(field.range)}`
    case 'choice':
      return field.choices.map(({ name }) => name).join(' · ')
    case 'switch':
      return 'on · off'
    case 'layers':
      return 'all, or a list from 0'
    case 'text':
      return 'text'
  }
}

function boundsText({ min, max, includesMin, includesMax }: NumberRange): string {
  if (includesMin && includesMax && Number.isFinite(min) && Number.isFinite(max))
    return `${numberText(min)} to ${numberText(max)}`
  const lower = Number.isFinite(min) ? [`${includesMin ? 'at least' : 'above'} ${numberText(min)}`] : []
  const upper = Number.isFinite(max) ? [`${includesMax ? 'at most' : 'below'} ${numberText(max)}`] : []
  return [...lower, ...upper].join(', ') || 'any number'
}
