/** One run in a list, as the index of runs keeps it. */
import { z } from 'zod'
import type { Recorded } from '../config/recorded.ts'
import { taskIds } from '../tasks/task.ts'
import { recordedNumber, count } from './recorded-number.ts'
import { runStatuses } from './run-status.ts'
import { bestScoreSchema, epochPhases } from './run-summary.ts'

/** One run in a list. */
export const runListItemSchema = z.object({
  runId: z.string(),
  studyId: z.string().nullable(),
  studyName: z.string().nullable(),
  name: z.string(),
  status: z.enum(runStatuses),
  task: z.enum(taskIds),
  method: z.string(),
  seed: count,
  best: bestScoreSchema.nullable(),
  /** Why a run with finished epochs has no best score, in a sentence; null when it has one or none is finished. */
  undefinedScore: z.string().nullable(),
  epoch: count,
  maxEpochs: count,
  step: count,
  totalSteps: count.nullable(),
  phase: z.enum(epochPhases).nullable(),
  /** Training loss of the last step; null before the first. */
  lastLoss: recordedNumber.nullable(),
  /** Seconds left as a range, after 20 steps; null where unknown. */
  etaSeconds: z.tuple([recordedNumber, recordedNumber]).nullable(),
  failureMessage: z.string().nullable(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
})

/** One run in a list. */
export type RunListItem = Recorded<typeof runListItemSchema>
