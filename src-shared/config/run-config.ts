/** The description of one run, as a person writes it and as `run.json` keeps it (every default filled in). */
import { z } from 'zod'
import { taskIds } from '../tasks/task.ts'
import { methodConfig } from './method-config.ts'
import type { Recorded } from './recorded.ts'
import { limitsConfig, trainingConfig } from './training-config.ts'

/** One run. */
export const runConfig = z.strictObject({
  schemaVersion: z.literal(1),
  name: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('Name shown; made from task, method and seed when left out'),
  checkpoint: z.string().min(1).describe('Checkpoint: id of an imported one, or a path'),
  dataset: z.string().min(1).describe('Data set: id of an imported one, or a path'),
  task: z.enum(taskIds).describe('Task'),
  method: methodConfig.default({ kind: 'fine-tuning' }),
  training: trainingConfig.prefault({}),
  limits: limitsConfig.prefault({}),
})

/** A run's description with every default filled in. */
export type RunConfig = Recorded<typeof runConfig>
/** A run's description as a person writes it. */
export type RunConfigInput = z.input<typeof runConfig>
