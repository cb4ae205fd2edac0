/**
 * The laboratory as its users see it: every use case as one method whose input and answer are those of the contract with
 * the window. It knows no Electron and no terminal; expected failures are thrown as `LabError`.
 */
import type {
  CallOutput,
  LabEvent,
  ParsedCallInput,
  QueueState,
  StudyListItem,
} from '@shared/contracts/lab-contract.ts'
import type { CallName } from '@shared/contracts/channel-names.ts'
import type { CheckpointSummary } from '@shared/results/checkpoint-summary.ts'
import type { HubModel } from '@main/checkpoints/hub/hub-model.ts'
import type { FetchOptions } from './import-from-hub.ts'
import type { DatasetSummary } from '@shared/results/dataset-summary.ts'
import type { LockHolder } from '@main/storage/lock-holder.ts'
import type { Failure } from '@shared/failures/failure.ts'
import type { RunStatus } from '@shared/results/run-status.ts'
import type { TaskId } from '@shared/tasks/task.ts'

/** What a lab is made of. */
export interface LabOptions {
  /** LAB_HOME. */
  readonly home: string
  /** The engine's bundle, `engine.cjs`. */
  readonly enginePath: string
  /** Folder of the sample study: data, checkpoint, study.json. */
  readonly sampleFolder: string
  /** Version of this program. */
  readonly version: string
  /**
   * Runs that wait from an earlier session: `wait` adopts them and pauses the queue until a person says go, `start` goes on
   * with them at once, `leave` (the command line) takes care only of runs that this lab launches or resumes.
   */
  readonly queuedRuns?: 'wait' | 'start' | 'leave'
  /** Silence after which an engine counts as unresponsive; 60 s when left out. */
  readonly heartbeatTimeoutMs?: number
}

/** How a launch finds and announces things. */
interface LaunchOptions {
  /** Folder against which paths in the description are resolved; the working folder when left out. */
  readonly baseFolder?: string
}

/** A launch with what a person should know beforehand. */
export interface Launched {
  readonly runIds: readonly string[]
  /** Such as: the disk may not suffice. */
  readonly warnings: readonly string[]
  /** Such as: whether the checkpoint's classifier is reused, and why. */
  readonly notes: readonly string[]
}

/** What became of a run's lock. */
export interface Unlocked {
  readonly runId: string
  /** State of the run now. */
  readonly status: RunStatus
  /** Whether there was a lock to take away. */
  readonly removed: boolean
  /** Who had the run in hand; null when nobody had, or who it was cannot be read. */
  readonly holder: LockHolder | null
  /** Why the holder counts as gone, in a sentence; or that nobody held the run. */
  readonly reason: string
}

/** A run's model, written for other programs. */
export interface ExportedModel {
  readonly runId: string
  /** Optimizer steps after which its weights were kept. */
  readonly step: number
  /** Absolute folder of the copy. */
  readonly folder: string
  readonly architecture: string
  /** Number of trained values. */
  readonly parameters: number
  /** Names of the files in the folder. */
  readonly files: readonly string[]
}

type Method<Name extends CallName> = (input: ParsedCallInput<Name>) => Promise<CallOutput<Name>>
type Question<Name extends CallName> = () => Promise<CallOutput<Name>>

/** Every use case. */
export interface Lab {
  readonly home: string
  readonly datasets: {
    readonly import: Method<'dataset.import'>
    readonly list: Question<'dataset.list'>
    /** @throws LabError `not-found` */
    get(datasetId: string): Promise<DatasetSummary>
    readonly preview: Method<'dataset.preview'>
    readonly remove: Method<'dataset.remove'>
    /** A registered data set by id, or a path, which is registered first. */
    resolve(reference: string, options: { task: TaskId | null; baseFolder: string }): Promise<DatasetSummary>
  }
  readonly checkpoints: {
    /** Registers a folder, under its own name or the one given. */
    import(
      input: ParsedCallInput<'checkpoint.import'>,
      name?: string,
    ): Promise<CallOutput<'checkpoint.import'>>
    /** Fetches a model from a hub and registers it; what came before an interruption is gone on with. */
    fetch(model: HubModel, options?: FetchOptions): Promise<CheckpointSummary>
    readonly list: Question<'checkpoint.list'>
    /** @throws LabError `not-found` */
    get(checkpointId: string): Promise<CheckpointSummary>
    readonly remove: Method<'checkpoint.remove'>
    /** A registered checkpoint by id, or a folder, which is registered first. */
    resolve(reference: string, options: { baseFolder: string }): Promise<CheckpointSummary>
  }
  readonly studies: {
    readonly plan: (
      input: ParsedCallInput<'study.plan'>,
      options?: LaunchOptions,
    ) => Promise<CallOutput<'study.plan'>>
    readonly launch: (
      input: ParsedCallInput<'study.launch'>,
      options?: LaunchOptions,
    ) => Promise<Launched & { readonly studyId: string }>
    readonly list: Question<'study.list'>
    /** @throws LabError `not-found` */
    get(studyId: string): Promise<StudyListItem>
  }
  readonly sample: { launch(): Promise<Launched & { readonly studyId: string }> }
  readonly runs: {
    /** Launches one run without a study. */
    launch(config: unknown, options?: LaunchOptions): Promise<Launched>
    readonly list: Question<'run.list'>
    /** Runs whose record cannot be read, oldest first. */
    readonly unreadable: Question<'run.unreadable'>
    readonly show: Method<'run.show'>
    readonly steps: Method<'run.steps'>
    readonly control: Method<'run.control'>
    /** Ends the engine process of a run at once, without a checkpoint; nothing happens when it is not ours. */
    kill(runId: string): void
    /**
     * Takes a run's lock away whose holder is gone; the run can be resumed then.
     *
     * @throws LabError `not-found`; `run-already-active` when the holder is alive
     */
    unlock(runId: string): Promise<Unlocked>
    /**
     * Writes a run's best model as a Hugging Face folder.
     *
     * @throws LabError `not-found`; `invalid-argument` when something is at `out`
     */
    export(runId: string, out: string): Promise<ExportedModel>
  }
  readonly queue: {
    readonly state: Question<'queue.state'>
    readonly setPaused: Method<'queue.setPaused'>
    readonly move: Method<'queue.move'>
    /** Queues every unfinished run of a study, or one run, and starts. Answers the runs. */
    resume(runOrStudyId: string): Promise<readonly string[]>
    start(): Promise<QueueState>
    /** Settles when nothing runs and nothing may start. */
    idle(): Promise<void>
    /** Why the queue paused itself; null while it did not. */
    readonly trouble: () => string | null
    /** Why a run was not carried out by this lab: another program has it in hand. Null otherwise. */
    readonly refusalOf: (runId: string) => Failure | null
  }
  readonly comparisons: {
    readonly groups: Method<'compare.groups'>
    /** The comparison as the text of a file. */
    render(input: ParsedCallInput<'compare.export'>): Promise<string>
  }
  readonly system: { readonly doctor: Question<'system.doctor'> }
  readonly inspectDrop: Method<'drop.inspect'>
  /** Listens to everything that happens; answers a function that stops listening. */
  onEvent(listener: (event: LabEvent) => void): () => void
  /** Asks the running run for a checkpoint, awaits its end, and lets go of every file. */
  close(): Promise<void>
}
