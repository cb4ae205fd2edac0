/** Labels that may not be meant as such: they count as classes, and that is told. */
import { isMinusOne } from './hidden-labels.ts'

/** Labels that may mean that there is none. */
const missingKeys = new Set([
  'na',
  'n/a',
  'nan',
  'none',
  'null',
  'nil',
  '\\n',
  '#n/a',
  '#value!',
  '#name?',
  '#ref!',
  '#div/0!',
  '#null!',
  '#num!',
  '?',
  '-',
  '--',
  'missing',
  'undefined',
])

/**
 * Notes on labels that look like something else.
 *
 * @param labels that count as classes
 * @param spellings every spelling, with its count
 */
export function doubtfulLabels(
  labels: readonly string[],
  spellings: ReadonlyMap<string, number>,
): readonly string[] {
  const notes: string[] = []
  for (const label of labels) {
    const count = rowsText(spellings.get(label) ?? 0)
    if (missingKeys.has(label.toLowerCase()))
      notes.push(
        `The label "${label}" (${count}) counts as a class; if it means that there is none, leave these rows out.`,
      )
    if (isMinusOne(label) && labels.includes('0'))
      notes.push(
        `The label ${label} (${count}) counts as a class; exports of the datasets library mark hidden labels so.`,
      )
  }
  const several = labels.find((label) => isList(label) || isCombined(label, labels))
  if (several !== undefined)
    notes.push(
      `The label "${several}" looks like several labels of one text; every combination counts as a class of its own.`,
    )
  if (labels.length > 0 && labels.every((label) => /^[+-]?[\d.]+\s*%$/.test(label)))
    notes.push('The labels are percentages and count as classes; for scores, write the numbers alone.')
  const rows = [...spellings.values()].reduce((sum, count) => sum + count, 0)
  if (labels.length > 50 && labels.length > rows / 2)
    notes.push(
      `There are ${labels.length} labels in ${rows} rows; check that this is the column of the labels.`,
    )
  return notes
}

/** Written by a library from a list, a tuple or a set. */
function isList(label: string): boolean {
  return /^\[.*\]$|^\(.*,.*\)$|^\{.*\}$/s.test(label)
}

/** Whether a label is other labels with signs between them, in an order of its own perhaps. */
function isCombined(label: string, labels: readonly string[]): boolean {
  return [',', ';', '|'].some((sign) => {
    const parts = partsOf(label, sign)
    return (
      parts.length > 1 &&
      parts.every((part) => labels.some((other) => other !== label && partsOf(other, sign).includes(part)))
    )
  })
}

function partsOf(label: string, sign: string): readonly string[] {
  return label.split(sign).map((part) => part.trim())
}

/**
 * A number of rows as text.
 *
 * @param count how many
 */
export function rowsText(count: number): string {
  return count === 1 ? '1 row' : `${count} rows`
}
