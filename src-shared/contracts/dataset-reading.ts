/** How the files of a data set are read, as far as a person says it; null: the lab finds out. */
import { z } from 'zod'

const columnName = z.string().min(1).max(200).nullable().default(null)

/** Schema of {@link DatasetReading}. */
export const datasetReading = z.strictObject({
  /** The sign between fields. */
  delimiter: z.string().length(1).nullable().default(null),
  /** Whether double quotes wrap fields, as in CSV, or are part of the texts. */
  quoting: z.enum(['on', 'off']).nullable().default(null),
  /** A name of the Encoding Standard, such as windows-1251. */
  encoding: z.string().min(1).max(40).nullable().default(null),
  /** false: the first line is data; the columns are then called 1, 2, …. */
  header: z.literal(false).nullable().default(null),
  /** Name of the column of the texts, or its number from 1. */
  textColumn: columnName,
  /** Name or number of the column of the second texts. */
  pairColumn: columnName,
  /** Name or number of the column of the labels or scores. */
  labelColumn: columnName,
  /** Whether labels that differ only in case, spaces, quotes or the spelling of a number are one label. */
  mergeLabels: z.boolean().default(false),
})

/** How the files of a data set are read. */
export type DatasetReading = z.output<typeof datasetReading>

/** Everything is found out. */
export const readingByItself: DatasetReading = datasetReading.parse({})
