/** What a run produced, as `run.json` keeps it and every view shows it. Formats: the command line's contract. */
import { z } from 'zod'
import { runConfig } from '../config/run-config.ts'
import { failureSchema } from '../failures/failure.ts'
import { metricIds } from '../tasks/metric.ts'
import type { Recorded } from '../config/recorded.ts'
import { count, recordedNumber, recordedScore } from './recorded-number.ts'
import { runRowsSchema } from './row-selection.ts'
import { runStatuses } from './run-status.ts'

/** Every objective that an epoch may train. */
export const epochPhases = ['fine-tuning', 'regularized'] as const

/** Which objective an epoch trained. */
export type EpochPhase = (typeof epochPhases)[number]

/** Parts of an epoch's wall time, in seconds, in the order in which a step runs them. */
const secondsParts = {
  /** Batches: tokens to tensors. */
  input: recordedNumber,
  /** Forward pass without a mask, needed for attribution. */
  firstPass: recordedNumber,
  /** Gradient of the attribution scalar with respect to the attention maps. */
  attribution: recordedNumber,
  /** Candidate region and keep mask. */
  mask: recordedNumber,
  /** Forward pass of the training loss (the only one in plain fine-tuning). */
  secondPass: recordedNumber,
  backward: recordedNumber,
  /** Optimizer. */
  update: recordedNumber,
  /** Validation split. */
  evaluation: recordedNumber,
  /** What is no part of training: start-up (see `epochStartUpSchema`), checkpoints, logging. */
  other: recordedNumber,
}

/** Parts of an epoch's wall time, in seconds; they add up to `total`. */
export const epochSecondsSchema = z.object({ total: recordedNumber, ...secondsParts })

/** Parts of an epoch's wall time, in seconds; they add up to `total`. */
export type EpochSeconds = Recorded<typeof epochSecondsSchema>

/** Names of the parts, in the order in which a step runs them. */
// reason: Object.keys loses the key type; the object's keys are exactly these.
export const epochSecondsParts = Object.keys(secondsParts) as readonly (keyof typeof secondsParts)[]

/**
 * Start-up within an epoch: graph building, the first use of a batch length (which compiles), checks against the eager
 * engine, calibration.
 */
export const epochStartUpSchema = z.object({
  /** Part of the epoch's `other`. */
  seconds: recordedNumber,
  /** Steps whose whole time is in there. */
  steps: count,
})

/** One finished epoch. */
export const epochSummarySchema = z.object({
  /** 1-based. */
  epoch: z.number().int().positive(),
  phase: z.enum(epochPhases),
  /** Mean training loss over the epoch's examples, with dropout on, as the optimizer saw it. */
  trainLoss: recordedNumber,
  validationLoss: recordedNumber,
  /** Validation metrics as fractions; null = undefined, never 0 and never averaged. */
  metrics: z.partialRecord(z.enum(metricIds), recordedScore),
  /** Why a metric is undefined, as the end of a sentence, for those that are. Older labs wrote no reasons. */
  undefined: z.partialRecord(z.enum(metricIds), z.string()).default({}),
  seconds: epochSecondsSchema,
  /** Null = not recorded (an older lab's record). */
  startUp: epochStartUpSchema.nullable().default(null),
  steps: count,
  /** Real tokens computed. */
  tokens: count,
  /** Padding tokens computed beside them. */
  paddedTokens: count,
})

/** One finished epoch. */
export type EpochSummary = Recorded<typeof epochSummarySchema>

/** Best validation score over the epochs, by the task's headline metric. */
export const bestScoreSchema = z.object({
  metric: z.enum(metricIds),
  value: recordedNumber,
  /** 1-based. */
  epoch: count,
})

/** Best validation score over the epochs, by the task's headline metric. */
export type BestScore = Recorded<typeof bestScoreSchema>

/** Median milliseconds of a warm step; null where the run has no such step. */
const stepMillisecondsSchema = z.object({
  fineTuning: recordedNumber.nullable(),
  regularized: recordedNumber.nullable(),
})

/** Median milliseconds of a warm step; null where the run has no such step. */
export type StepMilliseconds = Recorded<typeof stepMillisecondsSchema>

/**
 * Cost of a run's method relative to the plain steps and epochs of the same run, start-up left out; null where it has only
 * one kind.
 */
const overheadSchema = z.object({
  /** Mean training seconds of a warm regularized epoch ÷ those of a warm plain one (the paper's Table 7). */
  epoch: recordedNumber.nullable(),
  /** Median regularized step ÷ median plain step. */
  step: recordedNumber.nullable(),
})

/** Cost of the regularized steps relative to the plain ones of the same run. */
export type Overhead = Recorded<typeof overheadSchema>

/** What carried out a run. */
export const engineInfoSchema = z.object({
  backend: z.enum(['tensorflow-gpu', 'tensorflow-cpu', 'wasm', 'cpu']),
  mode: z.enum(['eager', 'traced']),
  /** Versions by name: node, tensorflow, tfjs, lab. */
  versions: z.record(z.string(), z.string()),
  /** Processor or GPU name. */
  device: z.string(),
  threads: count,
})

/** What carried out a run. */
export type EngineInfo = Recorded<typeof engineInfoSchema>

/** What decides, beside engine and settings, how long a run's steps take. */
const stepExecutionSchema = z.object({
  /** Whether cheap operations are compiled to fused loops. */
  fusion: z.boolean(),
  /** Ascending lengths, in tokens, that batches are padded to. */
  paddedLengths: z.array(count),
  /**
   * Longest inputs, in tokens, of the groups of similar length that batches are drawn from, ascending; empty where batches
   * are drawn from all examples; absent in an older lab's record, where they are the padded lengths.
   */
  lengthGroups: z.array(count).optional(),
})

/** The whole of a run without its step-by-step log. Fields that older labs did not write have defaults. */
export const runSummarySchema = z.object({
  runId: z.string().min(1),
  studyId: z.string().nullable(),
  name: z.string(),
  status: z.enum(runStatuses),
  config: runConfig,
  best: bestScoreSchema.nullable(),
  epochs: z.array(epochSummarySchema),
  stepMs: stepMillisecondsSchema,
  overhead: overheadSchema,
  /**
   * Seconds of the method's surveys (passes over the training set, scoring, rewinds) of the finished epochs, which the
   * epochs' seconds leave out; 0 for most methods, null = not timed (an older lab's record).
   */
  surveySeconds: recordedNumber.nullable().default(null),
  engine: engineInfoSchema.nullable(),
  /** Null before the run started, and in an older lab's record. */
  execution: stepExecutionSchema.nullable().default(null),
  /** The rows it uses; null before the run started, and in an older lab's record. */
  rows: runRowsSchema.nullable().default(null),
  /** Largest resident size of the engine process so far; null before the first measurement. */
  peakMemoryBytes: recordedNumber.nullable(),
  /** How the parts of `seconds` were obtained. */
  secondsSource: z.enum(['measured', 'calibrated']),
  /** Present on failed runs. */
  failure: failureSchema.nullable(),
  /** Notes a reader of the numbers should know (deviations, replayed steps, lost rows). */
  notes: z.array(z.string()),
  /** ISO 8601. */
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
})

/** The whole of a run without its step-by-step log. */
export type RunSummary = Recorded<typeof runSummarySchema>
