/** What a run produced, as `run.json` keeps it and every view shows it. Formats: the command line's contract. */
import type { Failure } from '../failures/failure.ts'
import type { RunConfig } from '../config/run-config.ts'
import type { MetricId } from '../tasks/metric.ts'
import type { RunStatus } from './run-status.ts'

/** Which objective an epoch trained. */
export type EpochPhase = 'fine-tuning' | 'regularized'

/** Parts of an epoch's wall time, in seconds; they add up to `total`. */
export interface EpochSeconds {
  readonly total: number
  /** Batches: tokens to tensors. */
  readonly input: number
  /** Forward pass without a mask, needed for attribution. */
  readonly firstPass: number
  /** Gradient of the attribution scalar with respect to the attention maps. */
  readonly attribution: number
  /** Candidate region and keep mask. */
  readonly mask: number
  /** Forward pass of the training loss (the only one in plain fine-tuning). */
  readonly secondPass: number
  readonly backward: number
  /** Optimizer. */
  readonly update: number
  /** Validation split. */
  readonly evaluation: number
  /** What is no part of training: compilation, calibration, checks, checkpoints, logging. */
  readonly other: number
}

/** Names of the parts, in the order in which a step runs them. */
export const epochSecondsParts = [
  'input',
  'firstPass',
  'attribution',
  'mask',
  'secondPass',
  'backward',
  'update',
  'evaluation',
  'other',
] as const satisfies readonly (keyof EpochSeconds)[]

/** One finished epoch. */
export interface EpochSummary {
  /** 1-based. */
  readonly epoch: number
  readonly phase: EpochPhase
  /** Mean training loss over the epoch's examples, with dropout on, as the optimizer saw it. */
  readonly trainLoss: number
  readonly validationLoss: number
  /** Validation metrics as fractions; NaN never occurs (an undefined correlation counts as 0). */
  readonly metrics: Readonly<Partial<Record<MetricId, number>>>
  readonly seconds: EpochSeconds
  readonly steps: number
  /** Real tokens computed. */
  readonly tokens: number
  /** Padding tokens computed beside them. */
  readonly paddedTokens: number
}

/** Best validation score over the epochs, by the task's headline metric. */
export interface BestScore {
  readonly metric: MetricId
  readonly value: number
  /** 1-based. */
  readonly epoch: number
}

/** Median milliseconds of a warm step; null where the run has no such step. */
export interface StepMilliseconds {
  readonly fineTuning: number | null
  readonly regularized: number | null
}

/** Cost of the regularized steps relative to the plain ones of the same run; null where it has only one kind. */
export interface Overhead {
  /**
   * Regularized epoch / fine-tuning epoch, training time only (no evaluation, no checkpoints). Regularized epochs carry the
   * method's survey; where stages prepare the last training, its epochs carry all of the run's training.
   */
  readonly epoch: number | null
  /** Median regularized step / median fine-tuning step. */
  readonly step: number | null
}

/** What carried out a run. */
export interface EngineInfo {
  readonly backend: 'tensorflow-gpu' | 'tensorflow-cpu' | 'wasm' | 'cpu'
  readonly mode: 'eager' | 'traced'
  /** Versions by name: node, tensorflow, tfjs, lab. */
  readonly versions: Readonly<Record<string, string>>
  /** Processor or GPU name. */
  readonly device: string
  readonly threads: number
}

/** What decides, beside engine and settings, how long a run's steps take. */
export interface StepExecution {
  /** Whether cheap operations are compiled to fused loops. */
  readonly fusion: boolean
  /** Ascending lengths, in tokens, that batches are padded to. */
  readonly paddedLengths: readonly number[]
}

/** The whole of a run without its step-by-step log. */
export interface RunSummary {
  readonly runId: string
  readonly studyId: string | null
  readonly name: string
  readonly status: RunStatus
  readonly config: RunConfig
  readonly best: BestScore | null
  readonly epochs: readonly EpochSummary[]
  readonly stepMs: StepMilliseconds
  readonly overhead: Overhead
  /**
   * Seconds of the method's surveys (passes over the training set, scoring, rewinds) of the finished epochs, which the
   * epochs' seconds leave out; 0 for most methods, null = not timed (an older lab's record).
   */
  readonly surveySeconds: number | null
  readonly engine: EngineInfo | null
  /** Null before the run started, and in an older lab's record. */
  readonly execution: StepExecution | null
  /** Largest resident size of the engine process so far; null before the first measurement. */
  readonly peakMemoryBytes: number | null
  /** How the parts of `seconds` were obtained. */
  readonly secondsSource: 'measured' | 'calibrated'
  /** Present on failed runs. */
  readonly failure: Failure | null
  /** Notes a reader of the numbers should know (deviations, replayed steps, lost rows). */
  readonly notes: readonly string[]
  /** ISO 8601. */
  readonly createdAt: string
  readonly startedAt: string | null
  readonly endedAt: string | null
}
