/** A data file as rows of fields, before any of them has a meaning. */
import type { ProblemRow } from '@shared/results/dataset-summary.ts'

/** One row of a file. */
export interface TableRow {
  /** Line it begins on, counted from 1 as an editor shows it. */
  readonly row: number
  /** In the order of the columns; undefined where a JSON object lacks the key. */
  readonly fields: readonly (string | undefined)[]
}

/** Rows whose columns have names. */
export interface Table {
  /** The file as the person gave it. */
  readonly path: string
  /** Names as the file writes them. */
  readonly columns: readonly string[]
  readonly rows: readonly TableRow[]
  /** Whether every row must have as many fields as there are columns (not so in JSON Lines). */
  readonly hasFixedWidth: boolean
  /** Whether the file itself names its columns; the lab names those of CoLA. */
  readonly hasHeader: boolean
  /** Rows that could not be taken apart. */
  readonly problems: readonly ProblemRow[]
}

/** How a file separates its fields. */
export type TableFormat = 'tsv' | 'csv' | 'jsonl'
