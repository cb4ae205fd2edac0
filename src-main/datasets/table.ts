/** A data file as rows of fields, before any of them has a meaning. */
import type { FileDialect, ProblemRow } from '@shared/results/dataset-summary.ts'

/** What a JSON value is that is neither a text nor a number nor true or false. */
export interface NestedValue {
  readonly holds: 'null' | 'a list' | 'an object' | 'a number too large to be kept exactly'
  /** Of an object. */
  readonly keys?: readonly string[]
}

/** Content of a field; undefined where a JSON object lacks the key. */
export type Field = string | NestedValue | undefined

/** One row of a file. */
export interface TableRow {
  /** Line it begins on, counted from 1 as an editor shows it. */
  readonly row: number
  /** In the order of the columns; JSON rows may have fewer. */
  readonly fields: readonly Field[]
}

/** Rows whose columns have names. */
export interface Table {
  /** The file as the person gave it. */
  readonly path: string
  /** Names without white space around them; numbers from 1 where the file names none. */
  readonly columns: readonly string[]
  readonly rows: readonly TableRow[]
  readonly dialect: FileDialect
  /** Whether these are the columns of CoLA's training file, which has no header. */
  readonly isCola: boolean
  /** Rows that could not be taken apart. */
  readonly problems: readonly ProblemRow[]
  /** What the person should know about the reading. */
  readonly notes: readonly string[]
}
