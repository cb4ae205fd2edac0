/**
 * What happens during a run, one JSON object a line in `events.ndjson` and on the engine's stream. Keys that a newer
 * engine adds are left out when read, not refused.
 */
import { z } from 'zod'
import { failureSchema } from '../failures/failure.ts'
import type { Recorded } from '../config/recorded.ts'
import { count, recordedNumber } from './recorded-number.ts'
import { runStatuses } from './run-status.ts'
import { engineInfoSchema, epochPhases, epochSummarySchema } from './run-summary.ts'

/** What every event has; `time` in ISO 8601. */
const base = { runId: z.string().min(1), time: z.string() }
const phase = z.enum(epochPhases)

/** The engine took the run up (again: `resumedAtStep` is the last recorded step). */
const runStarted = z.object({
  ...base,
  type: z.literal('run-started'),
  engine: engineInfoSchema,
  totalSteps: count,
  stepsPerEpoch: count,
  resumedAtStep: count.nullable(),
})

/** An epoch began. */
const epochStarted = z.object({
  ...base,
  type: z.literal('epoch-started'),
  epoch: count,
  phase,
  steps: count,
})

/** One optimizer update. */
const step = z.object({
  ...base,
  type: z.literal('step'),
  /** 1-based over the whole run. */
  step: count,
  /** 1-based. */
  epoch: count,
  phase,
  loss: recordedNumber,
  learningRate: recordedNumber,
  examples: count,
  /** Real tokens in the batch. */
  tokens: count,
  paddedTokens: count,
  /** Wall time of the step. */
  seconds: recordedNumber,
})

/** One optimizer update. */
export type StepEvent = Recorded<typeof step>

/** The validation split was evaluated after an epoch. */
const evaluation = z.object({
  ...base,
  type: z.literal('evaluation'),
  summary: epochSummarySchema,
  isBest: z.boolean(),
})

/** A checkpoint folder is complete on disk. */
const checkpoint = z.object({
  ...base,
  type: z.literal('checkpoint'),
  step: count,
  epoch: count,
  /** Relative to the run folder. */
  folder: z.string(),
})

/** A remark of the engine. */
const message = z.object({
  ...base,
  type: z.literal('message'),
  level: z.enum(['info', 'warning']),
  text: z.string(),
})

/** The engine let go of the run. */
const runEnded = z.object({
  ...base,
  type: z.literal('run-ended'),
  status: z.enum(runStatuses),
  failure: failureSchema.nullable(),
})

/** Any event. */
export const runEventSchema = z.discriminatedUnion('type', [
  runStarted,
  epochStarted,
  step,
  evaluation,
  checkpoint,
  message,
  runEnded,
])

/** Any event. */
export type RunEvent = Recorded<typeof runEventSchema>
