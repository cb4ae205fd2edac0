/** From configs to waiting runs: everything is resolved and checked before the first run folder is made. */
import { statfsSync } from 'node:fs'
import { makeFolder } from '@main/platform/make-folder.ts'
import type { CheckpointLibrary } from '@main/storage/checkpoint-library.ts'
import { newRunId } from '@main/storage/identifiers.ts'
import { RunFolder, type StagedRun } from '@main/storage/run-folder.ts'
import type { RunRecord } from '@main/storage/run-record.ts'
import { withAutomaticSettings } from '@shared/config/automatic-settings.ts'
import type { RunConfig } from '@shared/config/run-config.ts'
import type { CheckpointSummary } from '@shared/results/checkpoint-summary.ts'
import type { DatasetSummary } from '@shared/results/dataset-summary.ts'
import { tasks } from '@shared/tasks/task.ts'
import type { Lab } from './lab.ts'
import { checkRunFits, estimatedRunBytes, headDecision } from './run-fit.ts'
import { runName } from '@shared/config/run-name.ts'
import { canonicalConfig } from './study-expansion.ts'
import { trainingExamples } from './training-examples.ts'

/** A run that can be carried out. */
export interface PreparedRun {
  /** With the ids of data set and checkpoint in place of paths, and numbers in place of automatic settings. */
  readonly config: RunConfig
  readonly dataset: DatasetSummary
  readonly checkpoint: CheckpointSummary
}

/** What the launcher works with. */
export interface RunLauncherOptions {
  readonly home: string
  readonly datasets: Lab['datasets']
  readonly checkpoints: Lab['checkpoints']
  readonly checkpointLibrary: CheckpointLibrary
}

/** Prepares and creates runs. */
export class RunLauncher {
  readonly #options: RunLauncherOptions

  /** @param options where things are */
  constructor(options: RunLauncherOptions) {
    this.#options = options
  }

  /**
   * Resolves and checks configs. Data sets and checkpoints given as paths are registered by this.
   *
   * @param configs runs
   * @param baseFolder where relative paths start
   * @returns in the same order; configs that turn out equal stand once
   * @throws LabError the first reason why one of them cannot be carried out
   */
  async prepare(configs: readonly RunConfig[], baseFolder: string): Promise<PreparedRun[]> {
    const { datasets, checkpoints } = this.#options
    const found = {
      datasets: new Map<string, DatasetSummary>(),
      checkpoints: new Map<string, CheckpointSummary>(),
    }
    const prepared = new Map<string, PreparedRun>()
    for (const config of configs) {
      const datasetKey = `${config.task} ${config.dataset}`
      const dataset =
        found.datasets.get(datasetKey) ??
        (await datasets.resolve(config.dataset, { task: config.task, baseFolder }))
      const checkpoint =
        found.checkpoints.get(config.checkpoint) ??
        (await checkpoints.resolve(config.checkpoint, { baseFolder }))
      found.datasets.set(datasetKey, dataset)
      found.checkpoints.set(config.checkpoint, checkpoint)
      checkRunFits(config, dataset, checkpoint)
      const examples = trainingExamples(config, dataset)
      const resolved = {
        ...config,
        dataset: dataset.datasetId,
        checkpoint: checkpoint.checkpointId,
        method: withAutomaticSettings(config.method, { examples, kind: tasks[config.task].kind }),
      }
      prepared.set(canonicalConfig(resolved), { config: resolved, dataset, checkpoint })
    }
    return [...prepared.values()]
  }

  /**
   * Makes the run folders; all or none.
   *
   * @param prepared runs
   * @param studyId their study; null for a run on its own
   * @param commit writes down what the runs belong to; they appear only after it
   * @returns the new runs, waiting
   * @throws LabError `checkpoint-changed`, `disk-full`
   */
  async create(
    prepared: readonly PreparedRun[],
    studyId: string | null,
    commit: (runIds: readonly string[]) => void = () => undefined,
  ): Promise<string[]> {
    const { home, checkpointLibrary } = this.#options
    for (const checkpoint of new Set(prepared.map((run) => run.checkpoint)))
      await checkpointLibrary.verifyCheckpointFiles(checkpoint)
    const staged: StagedRun[] = []
    try {
      for (const run of prepared) staged.push(RunFolder.stage(home, newRecord(run, studyId)))
      const runIds = staged.map(({ runId }) => runId)
      commit(runIds)
      for (const run of staged) run.publish()
      return runIds
    } catch (thrown) {
      for (const run of staged) run.discard()
      throw thrown
    }
  }

  /**
   * Whether these runs start from their checkpoints' classifiers, and why; each sentence once.
   *
   * @param prepared runs
   */
  notes(prepared: readonly PreparedRun[]): string[] {
    const checkpoints = new Set(prepared.map(({ checkpoint }) => checkpoint.name))
    const sentences = prepared.map(({ config, dataset, checkpoint }) => {
      const { reason } = headDecision(config, dataset, checkpoint)
      return checkpoints.size > 1 ? `${checkpoint.name}: ${reason}` : reason
    })
    return [...new Set(sentences)]
  }

  /**
   * What a person should know before these runs start.
   *
   * @param prepared runs
   */
  warnings(prepared: readonly PreparedRun[]): string[] {
    const needed = prepared.reduce((sum, run) => sum + estimatedRunBytes(run.checkpoint), 0)
    makeFolder(this.#options.home)
    const { bavail, bsize } = statfsSync(this.#options.home)
    const free = bavail * bsize
    if (needed <= free) return []
    const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`
    return [
      `The checkpoints of these ${prepared.length} runs may take up to ${gigabytes(needed)}, and ${gigabytes(free)} are free in ${this.#options.home}. A run that meets a full disk stops and can be resumed.`,
    ]
  }
}

function newRecord({ config, dataset, checkpoint }: PreparedRun, studyId: string | null): RunRecord {
  const { checkpointId, folder, files } = checkpoint
  const name = config.name ?? runName(config)
  return {
    schemaVersion: 1,
    runId: newRunId(),
    studyId,
    name,
    status: 'queued',
    config: { ...config, name },
    best: null,
    epochs: [],
    stepMs: { fineTuning: null, regularized: null },
    overhead: { epoch: null, step: null },
    surveySeconds: 0,
    engine: null,
    execution: null,
    rows: null,
    peakMemoryBytes: null,
    secondsSource: 'measured',
    failure: null,
    notes:
      dataset.skippedRows === 0
        ? []
        : [`${dataset.skippedRows} rows of the data set were left out on import.`],
    createdAt: new Date().toISOString(),
    startedAt: null,
    endedAt: null,
    dataset: { datasetId: dataset.datasetId, contentSha256: dataset.contentSha256 },
    checkpoint: { checkpointId, folder, files },
    queuePosition: null,
  }
}
