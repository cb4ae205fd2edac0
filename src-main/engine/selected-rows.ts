/** Which rows of a data set a run uses: all, or those that its limits draw. */
import { createHash } from 'node:crypto'
import { drawnRows, scoreTenths, type RowCount } from '@main/ml/training/drawn-rows.ts'
import type { RunConfig } from '@shared/config/run-config.ts'
import type { Example } from '@shared/results/dataset-summary.ts'
import type { RowSelection } from '@shared/results/row-selection.ts'

/** Validation rows are the same in every run, so that scores are of the same examples whatever the seed. */
const validationSeed = 0

/** What a run says of its rows. */
export interface RowWishes {
  readonly config: RunConfig
  /** Names by class index; none on regression tasks. */
  readonly labels: readonly string[]
  /** Whether an earlier version began the run, which took the first rows. */
  readonly takesFirst: boolean
}

/** Rows of a split, and what the run's record says of them. */
export interface SelectedRows {
  /** Indices, ascending. */
  readonly rows: readonly number[]
  readonly selection: RowSelection
}

/**
 * The rows of a split that a run uses.
 *
 * @param examples the whole split
 * @param split which one
 * @param wishes the run's settings and labels; the draw of training rows depends on its seed
 */
export function selectedRows(
  examples: readonly Example[],
  split: 'train' | 'validation',
  wishes: RowWishes,
): SelectedRows {
  const { config, labels, takesFirst } = wishes
  const count = countOf(split, config)
  const all = Array.from(examples.keys())
  if (count === null || ('ofAll' in count && count.ofAll >= examples.length))
    return described(examples, all, 'all', labels)
  if (takesFirst && 'ofAll' in count) return described(examples, all.slice(0, count.ofAll), 'first', labels)
  const values = examples.map(({ label }) => label ?? -1)
  const strata = labels.length === 0 ? scoreTenths(values) : values
  const seed = split === 'train' ? config.training.seed : validationSeed
  return described(examples, drawnRows(strata, count, seed), 'drawn', labels)
}

/** Null: all rows. */
function countOf(split: 'train' | 'validation', { limits }: RunConfig): RowCount | null {
  if (split === 'validation')
    return limits.validationExamples === null ? null : { ofAll: limits.validationExamples }
  if (limits.perClass !== null) return { ofEach: limits.perClass }
  return limits.trainExamples === null ? null : { ofAll: limits.trainExamples }
}

function described(
  examples: readonly Example[],
  rows: readonly number[],
  how: RowSelection['how'],
  labels: readonly string[],
): SelectedRows {
  const counts: Record<string, number> = Object.fromEntries(labels.map((label) => [label, 0]))
  for (const row of rows) {
    const { label, wordLabels } = examples[row]!
    for (const index of wordLabels ?? (label === undefined ? [] : [label])) {
      const name = labels[index]
      if (name !== undefined) counts[name] = (counts[name] ?? 0) + 1
    }
  }
  const rowsSha256 =
    how === 'all'
      ? null
      : createHash('sha256')
          .update(rows.map((row) => row + 1).join(','))
          .digest('hex')
  return { rows, selection: { how, examples: rows.length, of: examples.length, labels: counts, rowsSha256 } }
}
