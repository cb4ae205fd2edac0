/** What a generated field says around its control. */
import type { SettingField, Settings } from '@shared/config/setting-field.ts'
import { numberText, rangeText, valueText } from '@shared/config/setting-text.ts'

/** Values that a field offers, and who recommends them. */
export interface Offers {
  readonly by: string
  readonly values: readonly string[]
}

/**
 * What stands behind the help: range where the control does not show it, default, recommendation in words.
 *
 * @param field the setting
 * @param settings the others beside it
 */
export function rangeLine(field: SettingField, settings: Settings): string {
  const range = field.kind === 'number' ? rangeText(field) : ''
  const usual = `default: ${valueText(field, field.defaultValue, settings)}`
  const line = [range, usual].filter((part) => part !== '').join('; ')
  const { recommended } = field
  const inWords = recommended === null ? '' : ` ${capital(recommended.by ?? 'paper')}: ${recommended.text}.`
  return `${capital(line)}.${inWords}`
}

/**
 * What a number field offers at a click: recommended values other than the one it has.
 *
 * @param field the setting
 * @param text as typed
 */
export function offersOf(field: SettingField, text: string): Offers | null {
  const values = (field.recommended?.values ?? []).flatMap((value) =>
    typeof value === 'number' && (text.trim() === '' || Number(text) !== value) ? [numberText(value)] : [],
  )
  return values.length === 0 ? null : { by: shortSource(field), values }
}

/** Who recommends, in the little room beside a field's name. */
function shortSource({ recommended }: SettingField): string {
  const by = recommended?.by ?? 'paper'
  return by === 'reported, not checked against the paper' ? 'reported' : by
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
