/** A comparison as the text of a file. */
import { assertNever } from '@shared/failures/assert-never.ts'
import type { Comparison } from '@shared/results/comparison.ts'
import { comparisonCsv } from './comparison-csv.ts'
import { comparisonLatex } from './comparison-latex.ts'

/** Forms in which a comparison leaves the lab. */
export type ComparisonFormat = 'csv' | 'json' | 'latex'

/**
 * The comparison in one of the forms.
 *
 * @param comparison groups side by side
 * @param format form of the text
 * @param provenance lines that say where the numbers come from; only LaTeX has a place for them
 */
export function renderComparison(
  comparison: Comparison,
  format: ComparisonFormat,
  provenance: readonly string[] = [],
): string {
  switch (format) {
    case 'csv':
      return comparisonCsv(comparison)
    case 'json':
      return `${JSON.stringify(comparison, null, 2)}\n`
    case 'latex':
      return comparisonLatex(comparison, provenance)
    default:
      return assertNever(format)
  }
}
