/** `run.json`: a run's whole state but its step-by-step log. */
import { z } from 'zod'
import type { ProcessIdentity } from '@main/platform/process-liveness.ts'
import { runConfig } from '@shared/config/run-config.ts'
import { failureCodes } from '@shared/failures/failure.ts'
import type { MetricId } from '@shared/tasks/metric.ts'
import { metrics } from '@shared/tasks/metric.ts'
import { epochSecondsParts, type EpochSeconds, type RunSummary } from '@shared/results/run-summary.ts'
import { runStatuses } from '@shared/results/run-status.ts'
import { storedNumber } from './json-text.ts'

/** A weight file as it was when the run was launched. */
export interface CheckpointFile {
  /** Relative to the checkpoint's folder. */
  readonly path: string
  readonly bytes: number
  readonly sha256: string
}

/** Everything `run.json` holds. */
export interface RunRecord extends RunSummary {
  readonly schemaVersion: 1
  /** The data the run was launched on. */
  readonly dataset: { readonly datasetId: string; readonly contentSha256: string }
  /** The weights it started from. */
  readonly checkpoint: {
    readonly checkpointId: string
    readonly folder: string
    readonly files: readonly CheckpointFile[]
  }
  /** The engine process that has the run in hand; null when none has. */
  readonly process: ProcessIdentity | null
  /** Place in the queue, 0 first; null when not queued. */
  readonly queuePosition: number | null
}

// reason: Object.keys loses the key type; the registry's keys are exactly the identifiers.
const metricIds = Object.keys(metrics) as [MetricId, ...MetricId[]]
const count = z.number().int().nonnegative()
const phase = z.enum(['fine-tuning', 'regularized'])

const secondsFields = Object.fromEntries(
  (['total', ...epochSecondsParts] as const).map((part) => [part, storedNumber]),
) as Record<keyof EpochSeconds, typeof storedNumber>

const epochSummary = z.object({
  epoch: z.number().int().positive(),
  phase,
  trainLoss: storedNumber,
  validationLoss: storedNumber,
  metrics: z.partialRecord(z.enum(metricIds), storedNumber),
  seconds: z.object(secondsFields),
  steps: count,
  tokens: count,
  paddedTokens: count,
})

const engineInfo = z.object({
  backend: z.enum(['tensorflow-gpu', 'tensorflow-cpu', 'wasm', 'cpu']),
  mode: z.enum(['eager', 'traced']),
  versions: z.record(z.string(), z.string()),
  device: z.string(),
  threads: count,
})

/** What `run.json` must hold; keys it does not know are left out, so that a newer lab's folders still open. */
export const runRecordSchema = z.object({
  schemaVersion: z.literal(1),
  runId: z.string().min(1),
  studyId: z.string().nullable(),
  name: z.string(),
  status: z.enum(runStatuses),
  config: runConfig,
  best: z.object({ metric: z.enum(metricIds), value: storedNumber, epoch: count }).nullable(),
  epochs: z.array(epochSummary),
  stepMs: z.object({ fineTuning: storedNumber.nullable(), regularized: storedNumber.nullable() }),
  overhead: z.object({ epoch: storedNumber.nullable(), step: storedNumber.nullable() }),
  surveySeconds: storedNumber.nullable().default(null),
  engine: engineInfo.nullable(),
  execution: z
    .object({ fusion: z.boolean(), paddedLengths: z.array(count) })
    .nullable()
    .default(null),
  peakMemoryBytes: storedNumber.nullable(),
  secondsSource: z.enum(['measured', 'calibrated']),
  failure: z.object({ code: z.enum(failureCodes), message: z.string(), hint: z.string() }).nullable(),
  notes: z.array(z.string()),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  dataset: z.object({ datasetId: z.string(), contentSha256: z.string() }),
  checkpoint: z.object({
    checkpointId: z.string(),
    folder: z.string(),
    files: z.array(z.object({ path: z.string(), bytes: count, sha256: z.string() })),
  }),
  process: z.object({ pid: z.number().int(), startTime: z.string() }).nullable(),
  queuePosition: z.number().int().nullable(),
}) satisfies z.ZodType<unknown>
