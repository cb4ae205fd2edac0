/** One run from its folder to its end: load, train, keep the record true, say how it ended. */
import * as tf from '@tensorflow/tfjs'
import { collectGarbage } from '@main/platform/collect-garbage.ts'
import { ownIdentity } from '@main/platform/process-liveness.ts'
import { RunFolder } from '@main/storage/run-folder.ts'
import { computesOnGpu } from '@main/tensor-backend/gpu-library.ts'
import { isFusionRequested } from '@main/tensor-backend/graph-fusion.ts'
import { loadTensorEngine, type LoadedEngine } from '@main/tensor-backend/load-backend.ts'
import { LabError, toFailure, type Failure } from '@shared/failures/failure.ts'
import { createTrainer, executionOf } from './create-trainer.ts'
import { withMemoryAdvice } from './memory-failure.ts'
import { prepareRun } from './prepared-run.ts'
import { pruneCheckpoints, readLatestCheckpoint, writeRunCheckpoint } from './run-checkpoint.ts'
import { RunJournal } from './run-journal.ts'
import { isFusionWorthwhile, paddedLengths } from './run-size.ts'
import { medianStepMs, overheadOf } from './step-statistics.ts'
import { SupervisorChannel } from './supervisor-channel.ts'
import { trainRun, type TrainingEnd } from './train-run.ts'
import { freshProgress, type TrainingProgress } from './training-progress.ts'
import type { RunRecord } from '@main/storage/run-record.ts'
import type { RunStatus } from '@shared/results/run-status.ts'
import type { TimedRun } from '@shared/results/training-time.ts'

const statusAfter: Readonly<Record<TrainingEnd['reason'], RunStatus>> = {
  finished: 'done',
  pause: 'paused',
  stop: 'stopped',
  cancel: 'cancelled',
  interrupt: 'interrupted',
}

/**
 * Carries out a run; its record and log say how it ended.
 *
 * @param home data folder
 * @param runId the run
 * @param loadEngine how its engine is loaded; the real way when left out
 * @returns the state it ended in
 */
export async function carryOutRun(
  home: string,
  runId: string,
  loadEngine: () => Promise<LoadedEngine> = loadTensorEngine,
): Promise<RunStatus> {
  const folder = RunFolder.open(home, runId)
  const channel = new SupervisorChannel()
  const record = folder.update({ status: 'running', process: ownIdentity(), failure: null, endedAt: null })
  const journal = new RunJournal(folder, channel)
  try {
    const end = await train({ home, loadEngine }, folder, record, journal, channel)
    const status = statusAfter[end.reason]
    endRun(folder, journal, status, null)
    return status
  } catch (thrown) {
    const failure = toFailure(withMemoryAdvice(thrown, record.config.training))
    process.stderr.write(`${describe(thrown)}
`)
    endRun(folder, journal, 'failed', failure)
    return 'failed'
  } finally {
    channel.close()
    folder.close()
  }
}

/** An exception for the log: expected failures in one line, bugs with their stack. */
function describe(thrown: unknown): string {
  if (thrown instanceof LabError) return `${thrown.code}: ${thrown.message}`
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
}

/** Writes how the run ended; on a full disk at least the supervisor hears it. */
function endRun(folder: RunFolder, journal: RunJournal, status: RunStatus, failure: Failure | null): void {
  const endedAt = new Date().toISOString()
  folder.update({ status, failure, endedAt, process: null, ...measured(journal, folder.read()) })
  journal.record({ type: 'run-ended', status, failure })
}

/** Loads everything, trains, and leaves the checkpoints that the end calls for. */
async function train(
  { home, loadEngine }: { home: string; loadEngine: () => Promise<LoadedEngine> },
  folder: RunFolder,
  record: RunRecord,
  journal: RunJournal,
  channel: SupervisorChannel,
): Promise<TrainingEnd> {
  const prepared = await prepareRun(home, record)
  // Read when TensorFlow is loaded. A GPU is slow without: it launches every operation by itself.
  if (!computesOnGpu(process.env) && !isFusionWorthwhile(prepared, record.config.training))
    process.env['LAB_FUSION'] ??= 'off'
  const engine = await loadEngine()
  const restored = await readLatestCheckpoint(folder)
  const parameters = await (restored ?? prepared).createParameters()
  const mode = executionOf(engine)
  const device = engine.info.backend === 'tensorflow-gpu' ? 'gpu' : 'processor'
  const info = { ...engine.info, mode }
  const start = {
    parameters,
    ...(restored === null ? {} : { state: restored.optimizerState, methodState: restored.methodState }),
  }
  // A run that goes on keeps its lengths, whatever a newer version of the program would choose.
  const lengths =
    record.execution?.paddedLengths ??
    paddedLengths(prepared, record.config.training, mode === 'eager' ? 'eager' : device)
  const trainer = createTrainer(engine, record.config, prepared, start, { mode, lengths })
  tf.dispose([...parameters.values()])
  collectGarbage()
  const stepsPerEpoch = Math.ceil(prepared.train.length / record.config.training.batchSize)
  const isResumed = restored !== null || journal.lastStep > 0
  folder.update({
    engine: info,
    execution: {
      fusion: mode === 'traced' && isFusionRequested(process.env, device),
      paddedLengths: lengths,
    },
    secondsSource: mode === 'traced' ? 'calibrated' : 'measured',
    startedAt: record.startedAt ?? new Date().toISOString(),
    notes: notesOf(record, [...engineNotes(record, engine), ...prepared.notes]),
  })
  journal.record({
    type: 'run-started',
    engine: info,
    totalSteps: stepsPerEpoch * record.config.training.maxEpochs,
    stepsPerEpoch,
    resumedAtStep: isResumed ? journal.lastStep : null,
  })
  for (const text of engineNotes(record, engine)) journal.record({ type: 'message', level: 'warning', text })
  const save = async (progress: TrainingProgress): Promise<void> => {
    await writeRunCheckpoint(folder, prepared, trainer, progress)
    pruneCheckpoints(folder, [progress.step, progress.bestStep])
    journal.record({
      type: 'checkpoint',
      step: progress.step,
      epoch: progress.epoch,
      folder: `checkpoints/${progress.step}`,
    })
  }
  const end = await trainRun(
    {
      config: record.config,
      prepared,
      trainer,
      buckets: lengths,
      journal,
      channel,
      now: () => performance.now() / 1000,
      saveCheckpoint: save,
      onProgress: ({ epochs, best, surveySeconds }) => {
        const run = { config: record.config, epochs, surveySeconds }
        folder.update({ epochs, best, surveySeconds, ...measured(journal, run) })
      },
    },
    restored?.progress ?? freshProgress,
  )
  await leaveCheckpoints(folder, end, save)
  reportReplay(folder, journal)
  return end
}

/** What stays on disk after the end: the best weights; on an interruption also the moment to go on from. */
async function leaveCheckpoints(
  folder: RunFolder,
  end: TrainingEnd,
  save: (progress: TrainingProgress) => Promise<void>,
): Promise<void> {
  const { reason, progress } = end
  if (reason === 'cancel') pruneCheckpoints(folder, [])
  else if (reason === 'pause' || reason === 'interrupt') await save(progress)
  else if (reason === 'stop' && progress.bestStep === null) await save(progress)
  else pruneCheckpoints(folder, [progress.bestStep])
}

/** Says so if steps that were computed again after a resume came out differently. */
function reportReplay(folder: RunFolder, journal: RunJournal): void {
  if (journal.differingSteps === 0) return
  const text = `${journal.differingSteps} steps computed again after a resume gave another loss than recorded; this engine is not deterministic here.`
  journal.record({ type: 'message', level: 'warning', text })
  folder.update({ notes: [...folder.read().notes, text] })
}

/** The record's measured fields as of now. */
function measured(
  journal: RunJournal,
  run: TimedRun,
): Pick<RunRecord, 'stepMs' | 'overhead' | 'peakMemoryBytes'> {
  const stepMs = medianStepMs(journal.steps)
  return {
    stepMs,
    overhead: overheadOf(stepMs, run),
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
  }
}

/** Notes of earlier processes of the run, and of this one, each once. */
function notesOf(record: RunRecord, notes: readonly string[]): string[] {
  return [...new Set([...record.notes, ...notes])]
}

/** What a reader should know of the engine: why it is a slower one, and that an earlier part ran on another. */
function engineNotes(record: RunRecord, { info, fallbackNote }: LoadedEngine): string[] {
  const before = record.engine?.backend ?? info.backend
  return [
    ...(fallbackNote === null ? [] : [fallbackNote]),
    ...(before === info.backend
      ? []
      : [
          `The run began on ${before} and went on on ${info.backend}, which draws other random numbers: its losses are not those of a run on one engine.`,
        ]),
  ]
}
