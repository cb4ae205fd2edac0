/** An imported data set without its examples. */
import type { TaskId } from '../tasks/task.ts'

/** Name of a split; tasks may bring others (`test`, or a file's own name). */
export type SplitName = string

/** One labelled or unlabelled example. */
export interface Example {
  readonly text: string
  /** Second text of a pair. */
  readonly pair?: string
  /** Index into the data set's labels (classification) or gold score (regression); absent on unlabelled test rows. */
  readonly label?: number
}

/** What stands in one split. */
export interface SplitSummary {
  readonly examples: number
  /** Label name → count (classification); {} for regression and unlabelled splits. */
  readonly labels: Readonly<Record<string, number>>
  /** Characters of text plus pair at the quantiles 0, 0.25, 0.5, 0.75, 0.95, 1, keyed by "0", "0.25", …. */
  readonly lengthQuantiles: Readonly<Record<string, number>>
  /** Counts of examples over 20 equal bins of character length from 0 to the longest, for the histogram. */
  readonly lengthHistogram: readonly number[]
  /** Counts over 10 equal bins of the score range (regression); empty otherwise. */
  readonly scoreHistogram: readonly number[]
  /** File the split came from, as the person gave it, and its content's sha256. */
  readonly source: { readonly path: string; readonly sha256: string }
}

/** One row that could not be read, counted from 1 as an editor shows lines. */
export interface ProblemRow {
  readonly file: string
  readonly row: number
  readonly code:
    | 'missing-column'
    | 'extra-column'
    | 'unknown-label'
    | 'empty-text'
    | 'bad-score'
    | 'invalid-utf8'
    /** Not a JSON object (JSON Lines). */
    | 'malformed-row'
  /** What was found, what was expected. */
  readonly message: string
}

/** An imported data set. */
export interface DatasetSummary {
  readonly datasetId: string
  readonly name: string
  readonly task: TaskId
  /** Label names in index order. */
  readonly labels: readonly string[]
  readonly hasPairs: boolean
  readonly splits: Readonly<Record<SplitName, SplitSummary>>
  readonly problems: readonly ProblemRow[]
  /** Rows left out at the person's wish (`--skip-problem-rows`). */
  readonly skippedRows: number
  /** sha256 over the parsed examples of all splits; names the data in every run that used it. */
  readonly contentSha256: string
  readonly addedAt: string
}
