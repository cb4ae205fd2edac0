/** Readings of a text under one separator: how many of its records fit what quotes and backslashes may mean. */
import { splitText, type RecordRules, type SplitText } from './delimited-records.ts'
import { hasIndexColumn, isBlank } from './record-shapes.ts'

export interface Trial {
  readonly rules: RecordRules
  readonly split: SplitText
  /** Records that do not fit: another number of fields than the first, or text behind a closing quote. */
  readonly defects: number
}

/** Quotes wrap fields; a backslash may stand before quotes inside, spaces before the opening one. */
export function bestOn(text: string, delimiter: string): Trial {
  const rules = [plainRules(delimiter, 'on')]
  if (text.includes('\\"')) rules.push({ ...rules[0]!, backslash: true })
  const hasSpaces = delimiter !== ' ' && text.includes(`${delimiter} "`)
  return fewestDefects(
    text,
    hasSpaces ? [...rules, ...rules.map((rule) => ({ ...rule, spaced: true }))] : rules,
  )
}

/** Quotes are text; a backslash may stand before separators. */
export function bestOff(text: string, delimiter: string): Trial {
  const plain = plainRules(delimiter, 'off')
  return fewestDefects(
    text,
    hasEscapedSeparator(text, delimiter) ? [plain, { ...plain, backslash: true }] : [plain],
  )
}

/** Whether a backslash stands before a separator anywhere. */
export function hasEscapedSeparator(text: string, delimiter: string): boolean {
  return text.includes(`\\${delimiter}`)
}

function tryRules(text: string, rules: RecordRules): Trial {
  const split = splitText(text, rules)
  return { rules, split, defects: defectsOf(split) }
}

/** The best fit; among equals the one that leaves fewer quotes unexplained, then the simpler one. */
function fewestDefects(text: string, rules: readonly RecordRules[]): Trial {
  let best: Trial | null = null
  for (const rule of rules) {
    const trial = tryRules(text, rule)
    const difference = best === null ? -1 : trial.defects - best.defects || trial.split.lone - best.split.lone
    if (difference < 0) best = trial
    if (best !== null && isPerfect(best)) break
  }
  return best!
}

/** Whether every record fits and every quote is explained. */
export function isPerfect({ defects, split }: Trial): boolean {
  return defects === 0 && split.lone === 0
}

/** Rules without backslashes and without spaces before quotes. */
export function plainRules(delimiter: string, quoting: 'on' | 'off'): RecordRules {
  return { delimiter, quoting, backslash: false, spaced: false }
}

/** Records with another number of fields than the first, or text behind a closing quote. */
export function defectsOf({ records, strays, unterminated }: SplitText): number {
  const width = records[0]?.fields.length ?? 0
  const rows = records.slice(1).filter(({ fields }) => !isBlank(fields))
  const off = rows.filter(({ fields }) => !fits(fields, width))
  const isIndexed = off.length > 0 && hasIndexColumn(rows, width)
  const swallowed = unterminated === null ? 0 : (records.at(-1)?.fields.join('').split('\n').length ?? 1)
  return (isIndexed ? 0 : off.length) + strays + swallowed
}

/** Whether a record has as many fields as there are columns, not counting empty ones at its end. */
function fits(fields: readonly string[], width: number): boolean {
  return fields.length >= width && fields.slice(width).every((field) => field === '')
}
