/** A run's checkpoints: a Hugging Face folder, the optimizer's moments, and how far the run is. */
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { z } from 'zod'
import { loadCheckpointFolder } from '@main/checkpoints/checkpoint-folder.ts'
import { readSafetensors, type NamedTensor } from '@main/checkpoints/safetensors.ts'
import { toFloat32, type StoredTensor } from '@main/checkpoints/stored-numbers.ts'
import { writeCheckpointFolder } from '@main/checkpoints/write-checkpoint-folder.ts'
import { collectGarbage } from '@main/platform/collect-garbage.ts'
import { count } from '@shared/results/recorded-number.ts'
import { readStoredJson, storedJson } from '@main/storage/stored-json.ts'
import { systemErrorCode } from '@main/platform/disk-failure.ts'
import { nodeFileCalls } from '@main/platform/file-calls.ts'
import { removeDurably } from '@main/platform/file-content.ts'
import { settleAllReplaced } from '@main/platform/replace-folder.ts'
import { statIfPresent } from '@main/platform/stat-if-present.ts'
import { ownWeightPrefix, type Parameters } from '@main/ml/models/parameters.ts'
import { plain } from '@main/ml/training/eager-trainer.ts'
import { LabError } from '@shared/failures/failure.ts'
import { tensorsInPieces } from './tensors-in-pieces.ts'
import { progressSchema, type TrainingProgress } from './training-progress.ts'
import type { OptimizerState } from '@main/ml/optimizers/optimizer.ts'
import type { PlainWeights } from '@main/ml/regularizers/regularizer.ts'
import type { PhaseShares, StoredWeight, Trainer } from '@main/ml/training/trainer.ts'
import type { RunFolder } from '@main/storage/run-folder.ts'
import type { PreparedRun } from './prepared-run.ts'

const optimizerFile = 'optimizer.safetensors'
/** Weights and tensors of the method, apart from the model's, which any reader of Hugging Face folders may load. */
const methodFile = 'method.safetensors'
/** First part of the names of the method's tensors in that file; its weights have their own. */
const statePrefix = 'state.'
const stateFile = 'state.json'

/**
 * Writes the checkpoint of this moment; it is there whole or not at all.
 *
 * @param folder the run
 * @param prepared model configuration, labels, tokenizer
 * @param trainer weights and moments
 * @param progress how far the run is
 * @failure disk-full
 */
export async function writeRunCheckpoint(
  folder: RunFolder,
  prepared: PreparedRun,
  trainer: Pick<Trainer, 'shapes' | 'weights' | 'optimizerState' | 'methodState' | 'stepShares'>,
  progress: TrainingProgress,
): Promise<void> {
  const isOwn = ([name]: readonly [string, unknown]): boolean => name.startsWith(ownWeightPrefix)
  const shapes = [...trainer.shapes]
  const modelShapes = new Map(shapes.filter((entry) => !isOwn(entry)))
  const ownNames = shapes.filter(isOwn).map(([name]) => name)
  await writeCheckpointFolder(folder.checkpointFolder(progress.step), {
    config: prepared.config,
    labels: prepared.labels,
    task: prepared.task.id,
    tensors: tensorsInPieces(modelShapes, [''], (names) => [plain(trainer.weights(names))]),
    tokenizerFiles: prepared.tokenizerFiles,
    extraFiles: [
      {
        name: optimizerFile,
        content: () =>
          tensorsInPieces(trainer.shapes, ['exp_avg.', 'exp_avg_sq.'], (names) => {
            const { firstMoments, secondMoments } = trainer.optimizerState(names)
            return [firstMoments, secondMoments]
          }),
      },
      {
        name: methodFile,
        content: () => [
          ...namedTensors([...trainer.weights(ownNames)]),
          ...namedTensors(
            [...trainer.methodState()].map(([name, stored]) => [`${statePrefix}${name}`, stored] as const),
          ),
        ],
      },
    ],
    lastFile: {
      name: stateFile,
      text: (bytes) => {
        const files = Object.fromEntries(bytes)
        return storedJson({ ...progress, files, stepShares: trainer.stepShares() }, stateSchema)
      },
    },
  })
  collectGarbage()
}

/** A checkpoint in memory. */
export interface RestoredCheckpoint {
  readonly progress: TrainingProgress
  readonly optimizerState: OptimizerState
  /** The method's tensors; empty for most. */
  readonly methodState: PlainWeights
  /** Shares of a step's parts; true of the engine that measured them only. */
  readonly stepShares: PhaseShares
  /** Weights; the caller disposes them. */
  createParameters(): Parameters
}

/** The checkpoint to go on from. */
export interface LatestCheckpoint {
  /** Null when there is none. */
  readonly restored: RestoredCheckpoint | null
  /** Which later checkpoints were left out because they are damaged, in sentences; empty for most runs. */
  readonly notes: readonly string[]
}

const stepParts = ['input', 'firstPass', 'attribution', 'mask', 'secondPass', 'backward', 'update'] as const
const phases = ['fine-tuning', 'regularized'] as const
const sharesSchema = z.partialRecord(z.enum(stepParts), z.number().min(0).max(1))
/**
 * What `state.json` holds: progress, how large the files beside it are, and what was measured of a step's parts. An older
 * lab's says neither.
 */
const stateSchema = progressSchema.extend({
  files: z.record(z.string(), count).default({}),
  stepShares: z.partialRecord(z.enum(phases), sharesSchema).default({}),
})

/**
 * The latest checkpoint of a run that is whole. One that is damaged is left out, and what it had is computed again.
 *
 * @param folder the run, held by this process
 * @failure file-unreadable when the system refuses to read what is there
 */
export async function readLatestCheckpoint(folder: RunFolder): Promise<LatestCheckpoint> {
  settleAllReplaced(folder.checkpointsPath)
  const notes: string[] = []
  for (const step of folder.checkpointSteps().reverse()) {
    try {
      return { restored: await readCheckpoint(folder.checkpointFolder(step)), notes }
    } catch (thrown) {
      if (!isDamage(thrown)) throw thrown
      const why = thrown instanceof Error ? thrown.message : String(thrown)
      notes.push(`The checkpoint after step ${step} is damaged and was left out: ${why}`)
    }
  }
  return { restored: null, notes }
}

/** Whether a checkpoint was read and found wanting. A disk that refuses says nothing of the checkpoint, nor does a want of memory. */
function isDamage(thrown: unknown): boolean {
  const cause = thrown instanceof LabError ? thrown.cause : thrown
  const code = systemErrorCode(cause)
  return (code === '' || code === 'ENOENT') && !(cause instanceof RangeError)
}

async function readCheckpoint(path: string): Promise<RestoredCheckpoint> {
  const { files, stepShares, ...progress } = readStoredJson(join(path, stateFile), stateSchema)
  for (const [name, bytes] of Object.entries(files)) {
    const found = nodeFileCalls.status(join(path, name)).size
    if (found !== bytes) throw new Error(`${name} has ${found} bytes, it had ${bytes}.`)
  }
  const weights = await loadCheckpointFolder(path)
  const moments = await readSafetensors(join(path, optimizerFile))
  const own = await readOwnTensors(path)
  const tensors = [...weights.tensors.values(), ...own.filter(({ name }) => name.startsWith(ownWeightPrefix))]
  const momentsOf = (kind: string): Map<string, Float32Array> =>
    new Map(tensors.map(({ name }) => [name, toFloat32(moment(moments, `${kind}.${name}`))] as const))
  return {
    progress,
    stepShares,
    optimizerState: {
      step: progress.step - progress.stepsBeforeRewind,
      firstMoments: momentsOf('exp_avg'),
      secondMoments: momentsOf('exp_avg_sq'),
    },
    methodState: new Map(
      own
        .filter(({ name }) => name.startsWith(statePrefix))
        .map(({ name, values }) => [name.slice(statePrefix.length), values]),
    ),
    createParameters: () =>
      new Map(tensors.map((t) => [t.name, tf.tensor(t.values, [...t.shape], 'float32')])),
  }
}

function moment(moments: ReadonlyMap<string, StoredTensor>, name: string): StoredTensor {
  const stored = moments.get(name)
  if (stored === undefined) throw new Error(`${optimizerFile} lacks ${name}.`)
  return stored
}

/** What the method brought along; empty for most. */
async function readOwnTensors(path: string): Promise<NamedTensor[]> {
  if (statIfPresent(join(path, methodFile)) === null) return []
  const stored = await readSafetensors(join(path, methodFile))
  return [...stored.values()].map((tensor) => namedTensor(tensor.name, tensor.shape, toFloat32(tensor)))
}

/**
 * Removes every checkpoint but those of the given steps. What cannot be removed now goes with a later pruning.
 *
 * @param folder the run
 * @param keep steps whose checkpoints stay
 */
export function pruneCheckpoints(folder: RunFolder, keep: readonly (number | null)[]): void {
  for (const step of folder.checkpointSteps()) {
    if (keep.includes(step)) continue
    try {
      removeDurably(folder.checkpointFolder(step))
    } catch (thrown) {
      if (systemErrorCode(thrown) === '') throw thrown
    }
  }
}

function namedTensors(stored: readonly (readonly [string, StoredWeight])[]): NamedTensor[] {
  return stored.map(([name, { shape, values }]) => namedTensor(name, shape, values))
}

function namedTensor(name: string, shape: readonly number[], values: Float32Array): NamedTensor {
  return { name, dtype: 'float32', shape, values }
}
