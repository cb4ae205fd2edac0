/** One run from its folder to its end: load, train, keep the record true, say how it ended. */
import { isDeepStrictEqual } from 'node:util'
import * as tf from '@tensorflow/tfjs'
import { collectGarbage } from '@main/platform/collect-garbage.ts'
import { startHeartbeat } from '@main/storage/lock-heartbeat.ts'
import type { FinalStatus } from '@main/storage/event-log.ts'
import { RunFolder } from '@main/storage/run-folder.ts'
import { computesOnGpu } from '@main/tensor-backend/gpu-library.ts'
import { isFusionRequested } from '@main/tensor-backend/graph-fusion.ts'
import { loadTensorEngine, type LoadedEngine } from '@main/tensor-backend/load-backend.ts'
import { LabError, toFailure, type Failure } from '@shared/failures/failure.ts'
import { createTrainer, executionOf } from './create-trainer.ts'
import { derivedFields, type DerivedFields } from './derived-record.ts'
import { withMemoryAdvice } from './memory-failure.ts'
import { prepareRun, type PreparedRun } from './prepared-run.ts'
import {
  pruneCheckpoints,
  readLatestCheckpoint,
  writeRunCheckpoint,
  type RestoredCheckpoint,
} from './run-checkpoint.ts'
import { RunJournal } from './run-journal.ts'
import { isFusionWorthwhile, lengthGroups, paddedLengths } from './run-size.ts'
import { SupervisorChannel } from './supervisor-channel.ts'
import { trainRun, type TrainingEnd } from './train-run.ts'
import { freshProgress, type TrainingProgress } from './training-progress.ts'
import type { TrainerStart } from '@main/ml/training/trainer.ts'
import type { RunRecord } from '@main/storage/run-record.ts'
import type { RunStatus } from '@shared/results/run-status.ts'

const statusAfter: Readonly<Record<TrainingEnd['reason'], RunStatus>> = {
  finished: 'done',
  pause: 'paused',
  stop: 'stopped',
  cancel: 'cancelled',
  interrupt: 'interrupted',
}

/** How a run is carried out. */
export interface EngineSurroundings {
  /** Names this process as the run's owner, given by the supervisor that started it. */
  readonly token: string
  /** How the run's engine is loaded. */
  readonly loadEngine: () => Promise<LoadedEngine>
  readonly channel: SupervisorChannel
}

/**
 * Carries out a run; its record and log say how it ended. Whatever is written is written in one order: the log, forced to
 * disk; the checkpoint that counts what the log says; the record that follows from both; and only then older checkpoints go.
 *
 * @param home data folder
 * @param runId the run
 * @param surroundings what differs from the real ones
 * @returns the state it ended in
 * @failure run-already-active when another process has the run in hand
 */
export async function carryOutRun(
  home: string,
  runId: string,
  surroundings: Partial<EngineSurroundings> = {},
): Promise<RunStatus> {
  const { loadEngine = loadTensorEngine, channel = new SupervisorChannel(), token } = surroundings
  const folder = RunFolder.open(home, runId)
  folder.lock.take({ program: 'engine', ...(token === undefined ? {} : { token }) })
  const stopHeartbeat = startHeartbeat(folder.lock.path)
  try {
    return await carryOutHeld({ home, loadEngine }, folder, channel)
  } finally {
    channel.close()
    await stopHeartbeat()
    folder.close()
  }
}

/** Carries out a run that this process holds. */
async function carryOutHeld(
  place: EnginePlace,
  folder: RunFolder,
  channel: SupervisorChannel,
): Promise<RunStatus> {
  const record = folder.update({ status: 'running', failure: null, endedAt: null, queuePosition: null })
  channel.send({ kind: 'heartbeat', step: 0 })
  const journal = new RunJournal(folder, channel)
  try {
    if (journal.finalStatus !== null) return await conclude(folder, journal, journal.finalStatus)
    const { reason, progress } = await train(place, folder, record, journal, channel)
    const status = statusAfter[reason]
    endRun(folder, journal, { status, failure: null, progress })
    pruneCheckpoints(folder, keptSteps(status, progress))
    return status
  } catch (thrown) {
    const failure = toFailure(withMemoryAdvice(thrown, record.config.training))
    process.stderr.write(`${describe(thrown)}\n`)
    endRun(folder, journal, { status: 'failed', failure, progress: null })
    return 'failed'
  }
}

/** An exception for the log: expected failures in one line, bugs with their stack. */
function describe(thrown: unknown): string {
  if (thrown instanceof LabError) return `${thrown.code}: ${thrown.message}`
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
}

/** How a run ended. */
interface RunEnd {
  readonly status: RunStatus
  readonly failure: Failure | null
  /** As of the newest checkpoint; null where the record already says what can be known. */
  readonly progress: TrainingProgress | null
}

/** Writes how the run ended, first to the log; where the log cannot be written, at least the record says so. */
function endRun(folder: RunFolder, journal: RunJournal, end: RunEnd): void {
  try {
    journal.record({ type: 'run-ended', status: end.status, failure: end.failure })
  } finally {
    recordEnd(folder, journal, end)
  }
}

function recordEnd(folder: RunFolder, journal: RunJournal, { status, failure, progress }: RunEnd): void {
  const known = folder.read()
  const derived = derivedFields(known, progress ?? known, journal.steps)
  folder.update({ status, failure, endedAt: new Date().toISOString(), ...derived })
}

/** A run that has ended for good, as its log says, but whose process died before the record said so. */
async function conclude(folder: RunFolder, journal: RunJournal, status: FinalStatus): Promise<RunStatus> {
  const progress = (await readLatestCheckpoint(folder)).restored?.progress ?? null
  recordEnd(folder, journal, { status, failure: null, progress })
  if (progress !== null) pruneCheckpoints(folder, keptSteps(status, progress))
  return status
}

/** Steps whose checkpoints stay after the end: the best weights, and the last ones where the run may go on or no epoch is best. */
function keptSteps(status: RunStatus, { step, bestStep }: TrainingProgress): (number | null)[] {
  if (status === 'cancelled') return []
  if ((status === 'done' || status === 'stopped') && bestStep !== null) return [bestStep]
  return [step, bestStep]
}

/** Where the data are, and what trains. */
interface EnginePlace extends Pick<EngineSurroundings, 'loadEngine'> {
  readonly home: string
}

/** Lengths of the run's batches; a run that goes on keeps them, whatever a newer version of the program would choose. */
function batchLengths(
  { execution, config: { training } }: RunRecord,
  prepared: PreparedRun,
  device: Parameters<typeof paddedLengths>[2],
): { readonly lengths: readonly number[]; readonly groups: readonly number[] } {
  return {
    groups: execution?.lengthGroups ?? execution?.paddedLengths ?? lengthGroups(prepared, training),
    lengths: execution?.paddedLengths ?? paddedLengths(prepared, training, device),
  }
}

/** Moments, and what the method and the same engine had measured. */
function startFrom(restored: RestoredCheckpoint, isSameEngine: boolean): Omit<TrainerStart, 'parameters'> {
  const { optimizerState: state, methodState, stepShares } = restored
  return { state, methodState, ...(isSameEngine ? { stepShares } : {}) }
}

/** Loads everything, trains, and leaves the checkpoint that the end calls for. */
async function train(
  { home, loadEngine }: EnginePlace,
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
  const { restored, notes: damage } = await readLatestCheckpoint(folder)
  const progress = restored?.progress ?? freshProgress
  const parameters = await (restored ?? prepared).createParameters()
  const mode = executionOf(engine)
  const device = engine.info.backend === 'tensorflow-gpu' ? 'gpu' : 'processor'
  const info = { ...engine.info, mode }
  const start = {
    parameters,
    ...(restored === null ? {} : startFrom(restored, isDeepStrictEqual(record.engine, info))),
  }
  const { lengths, groups } = batchLengths(record, prepared, mode === 'eager' ? 'eager' : device)
  const trainer = createTrainer(engine, record.config, prepared, start, { mode, lengths })
  tf.dispose([...parameters.values()])
  collectGarbage()
  const stepsPerEpoch = Math.ceil(prepared.train.length / record.config.training.batchSize)
  const isResumed = restored !== null || journal.lastStep > 0
  const bridged = [...damage, ...journal.bridge(progress)]
  const derive = (moment: TrainingProgress): DerivedFields =>
    derivedFields(folder.read(), moment, journal.steps)
  folder.update({
    engine: info,
    execution: {
      fusion: mode === 'traced' && isFusionRequested(process.env, device),
      paddedLengths: lengths,
      lengthGroups: groups,
    },
    rows: prepared.rows,
    secondsSource: mode === 'traced' ? 'calibrated' : 'measured',
    startedAt: record.startedAt ?? new Date().toISOString(),
    notes: notesOf(record, [...engineNotes(record, engine), ...prepared.notes, ...bridged]),
    ...derive(progress),
  })
  journal.record({
    type: 'run-started',
    engine: info,
    totalSteps: stepsPerEpoch * record.config.training.maxEpochs,
    stepsPerEpoch,
    resumedAtStep: isResumed ? journal.lastStep : null,
  })
  for (const text of [...engineNotes(record, engine), ...bridged])
    journal.record({ type: 'message', level: 'warning', text })
  const save = async (moment: TrainingProgress): Promise<void> => {
    folder.forceEvents()
    await writeRunCheckpoint(folder, prepared, trainer, moment)
    const { step, epoch } = moment
    journal.record({ type: 'checkpoint', step, epoch, folder: `checkpoints/${step}` })
    folder.update(derive(moment))
    pruneCheckpoints(folder, [step, moment.bestStep])
  }
  const end = await trainRun(
    {
      config: record.config,
      prepared,
      trainer,
      buckets: lengths,
      lengthGroups: groups,
      journal,
      channel,
      now: () => performance.now() / 1000,
      saveCheckpoint: save,
    },
    progress,
  )
  if (isSavedAtEnd(end)) await save(end.progress)
  reportReplay(folder, journal)
  return end
}

/** Whether this moment is worth a checkpoint: one to go on from, or the only weights there are. */
function isSavedAtEnd({ reason, progress }: TrainingEnd): boolean {
  return reason === 'pause' || reason === 'interrupt' || (reason === 'stop' && progress.bestStep === null)
}

/** Says so if steps that were computed again after a resume came out differently. */
function reportReplay(folder: RunFolder, journal: RunJournal): void {
  if (journal.numDiffering === 0) return
  const text = `${journal.numDiffering} steps computed again after a resume gave another loss than recorded; this engine is not deterministic here.`
  journal.record({ type: 'message', level: 'warning', text })
  folder.update({ notes: [...folder.read().notes, text] })
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
