/** What happens during a run, one JSON object a line in `events.ndjson` and on the engine's stream. */
import type { EngineInfo, EpochPhase, EpochSummary } from './run-summary.ts'
import type { Failure } from '../failures/failure.ts'
import type { RunStatus } from './run-status.ts'

interface EventBase {
  readonly runId: string
  /** ISO 8601. */
  readonly time: string
}

/** The engine took the run up (again: `resumedAtStep` is the last recorded step). */
export interface RunStartedEvent extends EventBase {
  readonly type: 'run-started'
  readonly engine: EngineInfo
  readonly totalSteps: number
  readonly stepsPerEpoch: number
  readonly resumedAtStep: number | null
}

/** An epoch began. */
export interface EpochStartedEvent extends EventBase {
  readonly type: 'epoch-started'
  readonly epoch: number
  readonly phase: EpochPhase
  readonly steps: number
}

/** One optimizer update. */
export interface StepEvent extends EventBase {
  readonly type: 'step'
  /** 1-based over the whole run. */
  readonly step: number
  /** 1-based. */
  readonly epoch: number
  readonly phase: EpochPhase
  readonly loss: number
  readonly learningRate: number
  readonly examples: number
  /** Real tokens in the batch. */
  readonly tokens: number
  readonly paddedTokens: number
  /** Wall time of the step. */
  readonly seconds: number
}

/** The validation split was evaluated after an epoch. */
export interface EvaluationEvent extends EventBase {
  readonly type: 'evaluation'
  readonly summary: EpochSummary
  readonly isBest: boolean
}

/** A checkpoint folder is complete on disk. */
export interface CheckpointEvent extends EventBase {
  readonly type: 'checkpoint'
  readonly step: number
  readonly epoch: number
  /** Relative to the run folder. */
  readonly folder: string
}

/** A remark of the engine. */
export interface MessageEvent extends EventBase {
  readonly type: 'message'
  readonly level: 'info' | 'warning'
  readonly text: string
}

/** The engine let go of the run. */
export interface RunEndedEvent extends EventBase {
  readonly type: 'run-ended'
  readonly status: RunStatus
  readonly failure: Failure | null
}

/** Any event. */
export type RunEvent =
  | RunStartedEvent
  | EpochStartedEvent
  | StepEvent
  | EvaluationEvent
  | CheckpointEvent
  | MessageEvent
  | RunEndedEvent
