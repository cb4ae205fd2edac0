/** Published settings in words, the same in the app and in docs/methods.md. */
import type { PublishedSettings } from './methods/published-settings.ts'
import type { SettingField } from './setting-field.ts'
import { valueText } from './setting-text.ts'
import type { Settings, SettingValue } from './setting-value.ts'

/** More values than these are shortened to the first ones and the last. */
const mostListed = 4

/**
 * Values in words: `0.1, 0.5 or 1`; `0.1, 0.2, …, 0.9` where there are many.
 *
 * @param field the setting
 * @param values its values
 */
export function valuesText(field: SettingField, values: readonly SettingValue[]): string {
  const texts = values.map((value) => valueText(field, value, {}))
  if (texts.length > mostListed) return `${texts[0]!}, ${texts[1]!}, …, ${texts.at(-1)!}`
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)!}`
}

/**
 * The other settings of a published set that a value of this setting means nothing without: those with one value.
 *
 * @param field the setting
 * @param published the set
 */
export function publishedWith(field: SettingField, published: PublishedSettings): Settings {
  const single = Object.entries(published.settings).filter(
    ([key, values]) => key !== field.key && values.length === 1,
  )
  return Object.fromEntries(single.map(([key, values]) => [key, values[0]]))
}

/**
 * What was published for one setting, and for what: `0.5 for classification with BERT, with reduction sum`.
 *
 * @param field the setting
 * @param published a set that has it
 */
export function publishedText(field: SettingField, published: PublishedSettings): string {
  const [partner, ...more] = Object.entries(publishedWith(field, published))
  const beside =
    partner === undefined || more.length > 0
      ? ''
      : `, with ${partner[0]} ${JSON.stringify(partner[1]).replaceAll('"', '')}`
  return `${valuesText(field, published.settings[field.key] ?? [])} for ${published.usedFor}${beside}`
}
