/** Run events as they arrive from another process or a file: checked, because the writer may be an older engine. */
import { z } from 'zod'
import { storedNumber } from '@main/storage/json-text.ts'
import { failureCodes } from '@shared/failures/failure.ts'
import type { RunEvent } from '@shared/results/run-event.ts'
import { runStatuses } from '@shared/results/run-status.ts'

const phase = z.enum(['fine-tuning', 'regularized'])
const count = z.number().int().nonnegative()
/** The channel carries JSON, in which a number that is not finite arrives as null; a diverged loss must still arrive. */
const measured = z.union([storedNumber, z.null().transform(() => NaN)])
const base = { runId: z.string().min(1), time: z.string() }

const engineInfo = z.object({
  backend: z.enum(['tensorflow-gpu', 'tensorflow-cpu', 'wasm', 'cpu']),
  mode: z.enum(['eager', 'traced']),
  versions: z.record(z.string(), z.string()),
  device: z.string(),
  threads: z.number(),
})

const epochSeconds = z.object({
  total: z.number(),
  input: z.number(),
  firstPass: z.number(),
  attribution: z.number(),
  mask: z.number(),
  secondPass: z.number(),
  backward: z.number(),
  update: z.number(),
  evaluation: z.number(),
  other: z.number(),
})

const epochSummary = z.object({
  epoch: count,
  phase,
  trainLoss: measured,
  validationLoss: measured,
  metrics: z.partialRecord(z.enum(['accuracy', 'f1', 'matthews', 'pearson', 'spearman', 'loss']), measured),
  seconds: epochSeconds,
  steps: count,
  tokens: count,
  paddedTokens: count,
})

/** A failure as data. */
export const failureSchema = z.object({ code: z.enum(failureCodes), message: z.string(), hint: z.string() })

const schemas = [
  z.object({
    ...base,
    type: z.literal('run-started'),
    engine: engineInfo,
    totalSteps: count,
    stepsPerEpoch: count,
    resumedAtStep: count.nullable(),
  }),
  z.object({ ...base, type: z.literal('epoch-started'), epoch: count, phase, steps: count }),
  z.object({
    ...base,
    type: z.literal('step'),
    step: count,
    epoch: count,
    phase,
    loss: measured,
    learningRate: z.number(),
    examples: count,
    tokens: count,
    paddedTokens: count,
    seconds: z.number(),
  }),
  z.object({ ...base, type: z.literal('evaluation'), summary: epochSummary, isBest: z.boolean() }),
  z.object({ ...base, type: z.literal('checkpoint'), step: count, epoch: count, folder: z.string() }),
  z.object({ ...base, type: z.literal('message'), level: z.enum(['info', 'warning']), text: z.string() }),
  z.object({
    ...base,
    type: z.literal('run-ended'),
    status: z.enum(runStatuses),
    failure: failureSchema.nullable(),
  }),
] as const

/** Any run event. Keys that a newer engine adds are left out, not refused. */
export const runEventSchema = z.discriminatedUnion('type', schemas) satisfies z.ZodType<RunEvent>
