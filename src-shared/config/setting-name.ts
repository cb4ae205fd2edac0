/** Settings by dotted key as people read them: names and values in words, made from the key alone, so that a new setting has them too. */
import { numberText } from './setting-text.ts'

/**
 * A setting's name: its key in words, without the section that it stands in.
 *
 * @param key dotted key of the run config, such as `training.batchSize`
 * @returns such as `batch size`
 */
export function settingName(key: string): string {
  const parts = key.split('.')
  const own = parts.length > 1 ? parts.slice(1) : parts
  return own.map((part) => part.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)).join(' ')
}

/**
 * A setting's value: numbers as configs write them (`1e-5`), of a path the last part.
 *
 * @param key dotted key of the run config
 * @param value text, number, switch; null or undefined where there is none
 */
export function settingValueText(key: string, value: unknown): string {
  if (value === null || value === undefined) return key.startsWith('limits.') ? 'all' : 'none'
  if (typeof value === 'number') return numberText(value)
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  return lastPart(typeof value === 'string' ? value : JSON.stringify(value))
}

function lastPart(path: string): string {
  const parts = path.split(/[\\/]/).filter((part) => part !== '')
  return parts.at(-1) ?? path
}
