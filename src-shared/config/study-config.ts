/** The description of a study: a base run, and what varies over it. */
import { z } from 'zod'
import type { Recorded } from './recorded.ts'

/** A value at a dotted key such as `training.seed` or `method.discardRate`. */
const settingValue = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.number())])

/**
 * A study: the runs of the product of `grid`, followed by one run for each of `points`, all laid over `base`
 * (with neither, the base alone). Settings that the chosen `method.kind` does not have are left out of that run,
 * and runs that thereby become equal are launched once.
 */
export const studyConfig = z.strictObject({
  schemaVersion: z.literal(1),
  name: z.string().min(1).max(200),
  base: z.record(z.string(), z.unknown()).describe('Run config that every run starts from'),
  grid: z
    .record(z.string(), z.array(settingValue).min(1))
    .default({})
    .describe('Dotted key → values; all combinations'),
  points: z
    .array(z.record(z.string(), settingValue))
    .default([])
    .describe('Explicit runs beside the grid, each a map of dotted keys'),
})

/** A study with every default filled in. */
export type StudyConfig = Recorded<typeof studyConfig>
/** A study as a person writes it. */
export type StudyConfigInput = z.input<typeof studyConfig>
