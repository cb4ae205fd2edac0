/** What a generated field says around its control. */
import { publishedText, publishedWith } from '@shared/config/published-text.ts'
import { authorityText } from '@shared/config/methods/published-settings.ts'
import type { SettingField } from '@shared/config/setting-field.ts'
import { numberText, rangeText, valueText } from '@shared/config/setting-text.ts'
import type { Settings } from '@shared/config/setting-value.ts'

/** Published values that a field offers, and who published them. */
export interface Offers {
  readonly by: string
  /** As shown on the button → every setting that was published with the value. */
  readonly settings: ReadonlyMap<string, Settings>
}

/** More values than these are a search, not something to choose at a click. */
const mostOffered = 3

/**
 * What stands behind the help: range where the control does not show it, default, what was published.
 *
 * @param field the setting
 * @param settings the others beside it
 */
export function rangeLine(field: SettingField, settings: Settings): string {
  const range = field.kind === 'number' ? rangeText(field) : ''
  const usual = `default: ${valueText(field, field.defaultValue, settings)}`
  const line = [range, usual].filter((part) => part !== '').join('; ')
  // The names of choices say already which of them is whose.
  const told = field.kind === 'number' || field.kind === 'layers' ? field.published : []
  const published = told.map((each) => ` ${capital(authorityText(each))}: ${publishedText(field, each)}.`)
  return `${capital(line)}.${published.join('')}`
}

/**
 * What a number field offers at a click: the values that were published first of all, each with the settings it was
 * published with; those that the form already has are left out.
 *
 * @param field the setting
 * @param settings as they are in the form
 */
export function offersOf(field: SettingField, settings: Settings): Offers | null {
  const first = field.published.find(({ settings: of }) => (of[field.key]?.length ?? 0) <= mostOffered)
  if (first === undefined) return null
  const offered = (first.settings[field.key] ?? []).flatMap((value) => {
    const together = { ...publishedWith(field, first), [field.key]: value }
    const isThere = Object.entries(together).every(([key, wanted]) => settings[key] === wanted)
    return typeof value !== 'number' || isThere ? [] : [[numberText(value), together] as const]
  })
  return offered.length === 0
    ? null
    : { by: first.by === 'reported' ? 'reported' : first.by, settings: new Map(offered) }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
