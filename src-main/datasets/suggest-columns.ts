/** Which columns of a table without known names may be texts and labels, judged by what stands in them. */

/** Positions of columns. */
export interface SuggestedColumns {
  readonly text: number
  readonly pair: number | null
  readonly label: number | null
}

interface Column {
  readonly index: number
  readonly meanLength: number
  readonly meanWords: number
  readonly distinct: number
  readonly isNumeric: boolean
  /** Whether most rows have something there. */
  readonly isFilled: boolean
}

const rowsLookedAt = 1000

/**
 * A suggestion for a message; never used for reading.
 *
 * @param rows fields of each row
 * @param width how many columns there are
 * @returns null when no column looks like texts
 */
export function suggestColumns(rows: readonly (readonly string[])[], width: number): SuggestedColumns | null {
  const looked = rows.slice(0, rowsLookedAt)
  const columns = Array.from({ length: width }, (_, index) => describe(looked, index))
  const texts = columns
    .filter((column) => !column.isNumeric && (column.meanWords >= 2 || column.meanLength >= 15))
    .sort((left, right) => right.meanLength - left.meanLength)
  const [longest, second] = texts
  if (longest === undefined) return null
  const label = columns
    .filter(({ index, isFilled }) => index !== longest.index && isFilled)
    .filter((column) => column.distinct >= 2 && column.meanWords < 4)
    .filter((column) => column.distinct < looked.length || looked.length === 2)
    .sort((left, right) => left.distinct - right.distinct || right.index - left.index)[0]
  const isPair =
    second !== undefined && second.index !== label?.index && second.meanLength > longest.meanLength / 5
  const [text, pair] = isPair ? [longest.index, second.index].sort((a, b) => a - b) : [longest.index]
  return { text: text!, pair: pair ?? null, label: label?.index ?? null }
}

function describe(rows: readonly (readonly string[])[], index: number): Column {
  const fields = rows.map((row) => (row[index] ?? '').trim())
  const mean = (of: (field: string) => number): number =>
    fields.reduce((sum, field) => sum + of(field), 0) / fields.length
  return {
    index,
    meanLength: mean((field) => field.length),
    meanWords: mean((field) => field.split(/\s+/).length),
    distinct: new Set(fields).size,
    isFilled: fields.filter((field) => field !== '').length > fields.length / 2,
    isNumeric: fields.every((field) => field === '' || Number.isFinite(Number(field))),
  }
}
