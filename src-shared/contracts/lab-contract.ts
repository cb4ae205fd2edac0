/**
 * The contract between a window and the main process: every call with its input schema and its answer.
 * The preload, the handlers, the typed client and the fake used in tests all derive from this file.
 */
import { z } from 'zod'
import type { StudyConfigInput } from '../config/study-config.ts'
import { studyConfig } from '../config/study-config.ts'
import type { Failure } from '../failures/failure.ts'
import type { CheckpointSummary } from '../results/checkpoint-summary.ts'
import type { Comparison } from '../results/comparison.ts'
import type { DatasetSummary, Example, FileDialect, ProblemRow } from '../results/dataset-summary.ts'
import type { DoctorReport } from '../results/doctor-report.ts'
import type { RunEvent } from '../results/run-event.ts'
import type { RunListItem } from '../results/run-list-item.ts'
import type { EpochPhase, RunSummary } from '../results/run-summary.ts'
import { taskIds, type TaskId } from '../tasks/task.ts'
import type { UnreadableRun } from '../results/unreadable-run.ts'
import type { CallName } from './channel-names.ts'
import { datasetReading } from './dataset-reading.ts'

/** A call's input schema, carrying the answer's type. */
export interface Call<Schema extends z.ZodType, Output> {
  readonly input: Schema
  /** Never set; carries the type. */
  readonly output?: Output
}
const call =
  <Output>() =>
  <Schema extends z.ZodType>(input: Schema): Call<Schema, Output> => ({ input })

const nothing = z.undefined()
/** From a window: tokens that a dialog or a drop handed out; the main process puts the paths in their place. */
const paths = z.array(z.string().min(1)).min(1).max(1000)
const runReference = z.strictObject({ runId: z.string().min(1) })

/** Facts about the app that every view may show. */
export interface SystemInfo {
  readonly version: string
  readonly electron: string
  /** False when this is the development build of Electron. */
  readonly officialElectron: boolean
  /** Whether Chromium keeps pages in its sandbox. */
  readonly isSandboxed: boolean
  readonly home: string
  /** Why the data folder cannot be used; every call of the lab then fails with it. */
  readonly homeProblem: Failure | null
  readonly platform: string
  readonly appearance: 'system' | 'light' | 'dark'
}

/** What a dropped or chosen path turned out to be. */
export type DropInspection =
  | { readonly kind: 'dataset'; readonly paths: readonly string[]; readonly description: string }
  | { readonly kind: 'checkpoint'; readonly paths: readonly string[]; readonly description: string }
  | { readonly kind: 'unknown'; readonly paths: readonly string[]; readonly description: string }

/** A data set was registered, or its problem rows kept it out. */
export type DatasetImport =
  | { readonly registered: true; readonly dataset: DatasetSummary }
  | {
      readonly registered: false
      readonly name: string
      readonly task: TaskId
      readonly dialect: FileDialect
      readonly notes: readonly string[]
      /** Of very many the first 10,000. */
      readonly problems: readonly ProblemRow[]
      readonly problemRows: number
      readonly goodRows: number
    }

/** A page of examples with what they look like to the model is asked separately; this is the text. */
export interface DatasetPreview {
  readonly dataset: DatasetSummary
  readonly split: string
  readonly offset: number
  readonly rows: readonly (Example & { readonly row: number; readonly labelName: string | null })[]
}

/** What a study would launch, before it is launched. */
export interface StudyPlan {
  readonly runs: readonly { readonly name: string; readonly method: string; readonly seed: number }[]
  /** Optimizer steps over all runs if none stops early. */
  readonly steps: number
  /** Seconds over all runs if none stops early, from earlier runs on this machine with the same checkpoint; null when none is comparable. */
  readonly seconds: readonly [number, number] | null
  /** What the runs begin with: whether a checkpoint's classifier is reused, and why. */
  readonly notes: readonly string[]
}

/** A study in a list. */
export interface StudyListItem {
  readonly studyId: string
  readonly name: string
  readonly runIds: readonly string[]
  readonly createdAt: string
}

/** One point of a per-step series; buckets carry the extremes so that no spike is lost. */
export interface StepPoint {
  readonly step: number
  readonly epoch: number
  readonly phase: EpochPhase
  readonly loss: number
  readonly min: number
  readonly max: number
}

/** Order and state of the queue. */
export interface QueueState {
  readonly paused: boolean
  readonly runningRunId: string | null
  /** Waiting runs, next first. */
  readonly queuedRunIds: readonly string[]
}

/** Every call. Keys equal `callNames`. */
export const labContract = {
  'system.info': call<SystemInfo>()(nothing),
  'system.doctor': call<DoctorReport>()(nothing),
  'system.setAppearance': call<SystemInfo>()(
    z.strictObject({ appearance: z.enum(['system', 'light', 'dark']) }),
  ),
  'system.showLog': call<null>()(nothing),
  'system.restart': call<null>()(nothing),
  /** Starts the app again with the folder that the person chose; null when they chose none. */
  'system.chooseHome': call<{ readonly folder: string | null }>()(nothing),
  'drop.inspect': call<readonly DropInspection[]>()(z.strictObject({ paths })),
  'sample.launch': call<{ readonly studyId: string }>()(nothing),
  'dataset.import': call<DatasetImport>()(
    z.strictObject({
      paths,
      task: z.enum(taskIds).nullable(),
      name: z.string().nullable(),
      skipProblemRows: z.boolean(),
      /** Left out: everything about the files' form is found out. */
      reading: datasetReading.optional(),
    }),
  ),
  'dataset.list': call<readonly DatasetSummary[]>()(nothing),
  'dataset.preview': call<DatasetPreview>()(
    z.strictObject({
      datasetId: z.string(),
      split: z.string(),
      offset: z.number().int().nonnegative(),
      limit: z.number().int().min(1).max(500),
    }),
  ),
  'dataset.remove': call<null>()(z.strictObject({ datasetId: z.string() })),
  'checkpoint.import': call<CheckpointSummary>()(z.strictObject({ path: z.string().min(1) })),
  'checkpoint.list': call<readonly CheckpointSummary[]>()(nothing),
  'checkpoint.remove': call<null>()(z.strictObject({ checkpointId: z.string() })),
  'study.plan': call<StudyPlan>()(z.strictObject({ study: studyConfig })),
  'study.launch': call<{ readonly studyId: string; readonly runIds: readonly string[] }>()(
    z.strictObject({ study: studyConfig }),
  ),
  'study.list': call<readonly StudyListItem[]>()(nothing),
  'run.list': call<readonly RunListItem[]>()(nothing),
  'run.unreadable': call<readonly UnreadableRun[]>()(nothing),
  'run.show': call<{
    readonly summary: RunSummary
    readonly item: RunListItem
    readonly folder: string
    readonly log: string
  }>()(runReference),
  'run.steps': call<readonly StepPoint[]>()(
    z.strictObject({ runId: z.string(), buckets: z.number().int().min(10).max(10_000) }),
  ),
  'run.control': call<RunListItem>()(
    z.strictObject({ runId: z.string(), action: z.enum(['pause', 'stop', 'cancel', 'resume']) }),
  ),
  'queue.state': call<QueueState>()(nothing),
  'queue.setPaused': call<QueueState>()(z.strictObject({ paused: z.boolean() })),
  'queue.move': call<QueueState>()(
    z.strictObject({ runId: z.string(), position: z.number().int().nonnegative() }),
  ),
  'compare.groups': call<Comparison>()(
    z.strictObject({ ids: z.array(z.string()).min(1), baseline: z.string().nullable() }),
  ),
  'compare.export': call<{ readonly path: string | null }>()(
    z.strictObject({
      ids: z.array(z.string()).min(1),
      baseline: z.string().nullable(),
      format: z.enum(['csv', 'json', 'latex']),
    }),
  ),
  'dialog.open': call<{ readonly paths: readonly string[] }>()(
    z.strictObject({ purpose: z.enum(['dataset', 'checkpoint']) }),
  ),
  'shell.showRunFolder': call<null>()(runReference),
} as const satisfies Record<CallName, Call<z.ZodType, unknown>>

/** The contract's type. */
export type LabContract = typeof labContract
/** Input of a call as a window writes it (defaults may be left out). */
export type CallInput<Name extends CallName> = z.input<LabContract[Name]['input']>
/** Input of a call as a handler receives it (defaults filled in). */
export type ParsedCallInput<Name extends CallName> = z.output<LabContract[Name]['input']>
/** Answer of a call. */
export type CallOutput<Name extends CallName> = Exclude<LabContract[Name]['output'], undefined>

/** Something went wrong inside the app that nobody expected; the log has the stack. */
export interface Trouble {
  /** `app`: the main process; `lab`: the thread that keeps data and runs. */
  readonly part: 'app' | 'lab'
  /** What became of it. */
  readonly consequence: 'goes-on' | 'started-again' | 'stays-down'
  /** One line about the cause; empty where none is known. */
  readonly summary: string
}

/** What the main process tells every window. `seq` counts from 1 and never skips; a gap means: ask for a snapshot. */
export type LabEvent = { readonly seq: number } & (
  | { readonly type: 'run-changed'; readonly item: RunListItem }
  | { readonly type: 'run-events'; readonly runId: string; readonly events: readonly RunEvent[] }
  | { readonly type: 'queue-changed'; readonly queue: QueueState }
  | { readonly type: 'library-changed'; readonly what: 'datasets' | 'checkpoints' }
  | ({ readonly type: 'trouble' } & Trouble)
)

/** What the preload puts on `window.lab`. */
export interface LabBridge {
  /** Sends a call; the answer is a `Result`, never a rejected promise. */
  call(name: CallName, input: unknown): Promise<unknown>
  /** Listens to events; answers a function that stops listening. */
  onEvent(listener: (event: unknown) => void): () => void
  /** Token that stands for a dropped file; '' when it is no file of this machine. */
  tokenForFile(file: unknown): Promise<string>
}

export type { RunListItem, StudyConfigInput }
