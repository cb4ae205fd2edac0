/** What papers and released codes use, each with its source: what a form may call recommended, and nothing else. */
import type { SettingValue } from '../setting-value.ts'

/**
 * Who published a setting: the paper, the authors' released code, the released code of others, or others who ascribe it to
 * the paper (`reported`), where nobody looked it up.
 */
export type Authority = 'paper' | 'released code' | 'code of others' | 'reported'

/** Settings that were published together. */
export interface PublishedSettings {
  readonly by: Authority
  /** Where exactly: section, table, file. */
  readonly source: string
  /** What they were used for, such as `BERT on GLUE`. */
  readonly usedFor: string
  /** Values by key of the method's settings; several values of a key were tried, or serve different tasks. */
  readonly settings: Readonly<Record<string, readonly SettingValue[]>>
}

/**
 * Who published something, in words.
 *
 * @param published the settings
 */
export function authorityText(published: Pick<PublishedSettings, 'by'>): string {
  return published.by === 'reported' ? 'reported, not checked against the paper' : published.by
}
