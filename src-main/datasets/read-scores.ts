/** Scores: numbers, with a decimal comma where the file has one throughout. */
import type { FileDialect } from '@shared/results/dataset-summary.ts'
import { numberOf, type LabelCensus } from './label-census.ts'

const decimalComma = /^[+-]?\d+,\d+$/
/** Could be a thousand and more. */
export const groupedNumber = /^[+-]?\d{1,3}(?:,\d{3})+$/

/**
 * Whether a file writes its scores with a decimal comma, as spreadsheets do that separate by semicolons: no number has
 * a point, at least one a comma that cannot group thousands.
 *
 * @param census scores of the file
 * @param dialect how the file is separated
 */
export function hasDecimalCommas(census: LabelCensus, dialect: FileDialect): boolean {
  if (dialect.delimiter === ',' || dialect.delimiter === null) return false
  const values = [...census.counts.keys()]
  const commas = values.filter((value) => decimalComma.test(value))
  return (
    commas.length > 0 &&
    commas.some((value) => !groupedNumber.test(value)) &&
    values.every((value) => !value.includes('.') || numberOf(value) === null)
  )
}

/**
 * The number that a score is; null when it is none.
 *
 * @param text without white space around it
 * @param hasCommas answer of {@link hasDecimalCommas} for its file
 */
export function scoreOf(text: string, hasCommas: boolean): number | null {
  return numberOf(hasCommas && decimalComma.test(text) ? text.replace(',', '.') : text)
}
