/** `run.json`: a run's whole state but its step-by-step log. */
import { z } from 'zod'
import { checkpointFileSchema } from '@shared/results/checkpoint-summary.ts'
import type { Recorded } from '@shared/config/recorded.ts'
import { runSummarySchema } from '@shared/results/run-summary.ts'

/** What `run.json` must hold; keys it does not know are left out, so that a newer lab's folders still open. */
export const runRecordSchema = runSummarySchema.extend({
  schemaVersion: z.literal(1),
  /** The data the run was launched on. */
  dataset: z.object({ datasetId: z.string(), contentSha256: z.string() }),
  /** The weights it started from, each file as it was when the run was launched. */
  checkpoint: z.object({
    checkpointId: z.string(),
    folder: z.string(),
    files: z.array(checkpointFileSchema),
  }),
  /** Place in the queue, 0 first; null when not queued. */
  queuePosition: z.number().int().nullable(),
})

/** Everything `run.json` holds. */
export type RunRecord = Recorded<typeof runRecordSchema>
