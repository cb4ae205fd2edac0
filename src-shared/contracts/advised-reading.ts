/** What a hint about a data set advises, so that a window can fill its form in and a test can follow it. */
import type { DatasetReading } from './dataset-reading.ts'

type Writable<Value> = { -readonly [Key in keyof Value]?: Value[Key] }

/** `--name value`; a value in quotes may have spaces, a bare one ends before the sentence's own signs. */
const options = /--([a-z-]+)(?: (?:"([^"]*)"|([\w|;,.][\w|;,.-]*)))?/g

/**
 * The options of the command line that a hint names, as the reading they ask for. Of an option that is there twice, the
 * first counts.
 *
 * @param hint a failure's hint
 */
export function advisedReading(hint: string): Partial<DatasetReading> {
  const advised: Writable<DatasetReading> = {}
  for (const [, name, quoted, bare] of hint.matchAll(options)) {
    const value = quoted ?? bare?.replace(/[.,;]+$/, '') ?? ''
    if (name === 'no-header') advised.header ??= false
    else if (name === 'merge-labels') advised.mergeLabels ??= true
    else if (value === '') continue
    else if (name === 'delimiter') advised.delimiter ??= value === 'tab' ? '\t' : value
    else if (name === 'quoting' && (value === 'on' || value === 'off')) advised.quoting ??= value
    else if (name === 'encoding') advised.encoding ??= value
    else if (name === 'text-column') advised.textColumn ??= value
    else if (name === 'pair-column') advised.pairColumn ??= value
    else if (name === 'label-column') advised.labelColumn ??= value
  }
  return advised
}
