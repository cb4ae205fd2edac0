/** Which rows of a split a run used. */
import { z } from 'zod'
import type { Recorded } from '../config/recorded.ts'
import { count } from './recorded-number.ts'

/** The rows of one split. */
const rowSelectionSchema = z.object({
  /** All of them; drawn at random by the run's limits; or, in a run that an older lab began, the first ones. */
  how: z.enum(['all', 'drawn', 'first']),
  /** How many were used. */
  examples: count,
  /** How many the split has. */
  of: count,
  /** Used rows by label; empty on regression tasks. */
  labels: z.record(z.string(), count),
  /** SHA-256 of the used rows' numbers (from 1, ascending, joined by commas); null where all were used. */
  rowsSha256: z.string().nullable(),
})

/** The rows of one split. */
export type RowSelection = Recorded<typeof rowSelectionSchema>

/** The rows of a run. */
export const runRowsSchema = z.object({ train: rowSelectionSchema, validation: rowSelectionSchema })

/** The rows of a run. */
export type RunRows = Recorded<typeof runRowsSchema>
