/** An imported data set without its examples. */
import { z } from 'zod'
import { taskIds } from '../tasks/task.ts'
import type { Recorded } from '../config/recorded.ts'
import { count } from './recorded-number.ts'

/** Name of a split; tasks may bring others (`test`, or a file's own name). */
export type SplitName = string

/** One labelled or unlabelled example. */
export const exampleSchema = z.object({
  text: z.string(),
  /** Second text of a pair. */
  pair: z.string().exactOptional(),
  /** Index into the data set's labels (classification) or gold score (regression); absent on unlabelled test rows. */
  label: z.number().exactOptional(),
  /** The text's words, where they have labels. */
  words: z.array(z.string()).exactOptional(),
  /** Index into the data set's labels of every word; absent on unlabelled rows. */
  wordLabels: z.array(count).exactOptional(),
})

/** One labelled or unlabelled example. */
export type Example = Recorded<typeof exampleSchema>

/** What stands in one split. */
const splitSummarySchema = z.object({
  examples: count,
  /** Label name → count, of rows or of words that have labels; {} for regression and unlabelled splits. */
  labels: z.record(z.string(), count),
  /** Characters of text plus pair at the quantiles 0, 0.25, 0.5, 0.75, 0.95, 1, keyed by "0", "0.25", …. */
  lengthQuantiles: z.record(z.string(), z.number()),
  /** Counts of examples over 20 equal bins of character length from 0 to the longest, for the histogram. */
  lengthHistogram: z.array(count),
  /** Counts over 10 equal bins of the score range (regression); empty otherwise. */
  scoreHistogram: z.array(count),
  /** File the split came from, as the person gave it, and its content's sha256. */
  source: z.object({ path: z.string(), sha256: z.string() }),
})

/** What stands in one split. */
export type SplitSummary = Recorded<typeof splitSummarySchema>

/** What may be wrong with a row. `malformed-row`: no JSON object, text behind a closing quote, or far too long. */
export const problemCodes = [
  'missing-column',
  'extra-column',
  'unknown-label',
  'empty-text',
  'bad-score',
  'invalid-utf8',
  'malformed-row',
] as const

/** One row that could not be read, counted from 1 as an editor shows lines. */
const problemRowSchema = z.object({
  file: z.string(),
  row: count,
  code: z.enum(problemCodes),
  /** What was found, what was expected. */
  message: z.string(),
})

/** One row that could not be read. */
export type ProblemRow = Recorded<typeof problemRowSchema>

const fileDialectSchema = z.object({
  /** The sign between fields. */
  delimiter: z.string().nullable(),
  /** `on`: double quotes may wrap fields, as in CSV; `off`: quotes are part of the texts. */
  quoting: z.enum(['on', 'off']).nullable(),
  /** A name of the Encoding Standard, such as utf-8 or windows-1251. */
  encoding: z.string(),
  /** Whether the first line names the columns. */
  header: z.boolean().nullable(),
})

/** How a data file separates, quotes and encodes its rows; null is said of JSON, where a sign has no such meaning. */
export type FileDialect = Recorded<typeof fileDialectSchema>

/** An imported data set, as `dataset.json` keeps it. */
export const datasetSummarySchema = z.object({
  datasetId: z.string().min(1),
  name: z.string(),
  task: z.enum(taskIds),
  /** Label names in index order. */
  labels: z.array(z.string()),
  hasPairs: z.boolean(),
  /** Name of the split → what stands in it. */
  splits: z.record(z.string(), splitSummarySchema),
  /** How the first of its files was read (notes name the others that differ); null: imported before this was recorded. */
  dialect: fileDialectSchema.nullable().default(null),
  /** What was assumed, merged or left out while the files were read; sentences. */
  notes: z.array(z.string()).default([]),
  /** The rows left out; of very many the first 10,000. */
  problems: z.array(problemRowSchema),
  /** Rows left out at the person's wish (`--skip-problem-rows`). */
  skippedRows: count,
  /** sha256 over the parsed examples of all splits; names the data in every run that used it. */
  contentSha256: z.string(),
  addedAt: z.string(),
})

/** An imported data set. */
export type DatasetSummary = Recorded<typeof datasetSummarySchema>
