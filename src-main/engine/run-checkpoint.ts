/** A run's checkpoints: a Hugging Face folder, the optimizer's moments, and how far the run is. */
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { loadCheckpointFolder } from '@main/checkpoints/checkpoint-folder.ts'
import { readSafetensors, type NamedTensor } from '@main/checkpoints/safetensors.ts'
import { toFloat32 } from '@main/checkpoints/stored-numbers.ts'
import { writeCheckpointFolder } from '@main/checkpoints/write-checkpoint-folder.ts'
import { collectGarbage } from '@main/platform/collect-garbage.ts'
import { readStoredJson, storedJson } from '@main/storage/stored-json.ts'
import { ownWeightPrefix, type Parameters } from '@main/ml/models/parameters.ts'
import { plain } from '@main/ml/training/eager-trainer.ts'
import { tensorsInPieces } from './tensors-in-pieces.ts'
import { progressSchema, type TrainingProgress } from './training-progress.ts'
import type { OptimizerState } from '@main/ml/optimizers/optimizer.ts'
import type { PlainWeights } from '@main/ml/regularizers/regularizer.ts'
import type { StoredWeight, Trainer } from '@main/ml/training/trainer.ts'
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
  trainer: Pick<Trainer, 'shapes' | 'weights' | 'optimizerState' | 'methodState'>,
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
      { name: stateFile, content: storedJson(progress, progressSchema) },
    ],
  })
  collectGarbage()
}

/** A checkpoint in memory. */
export interface RestoredCheckpoint {
  readonly progress: TrainingProgress
  readonly optimizerState: OptimizerState
  /** The method's tensors; empty for most. */
  readonly methodState: PlainWeights
  /** Weights; the caller disposes them. */
  createParameters(): Parameters
}

/**
 * The latest complete checkpoint of a run; null when it has none.
 *
 * @param folder the run
 * @failure the checkpoint codes, when a checkpoint has been damaged since it was written
 */
export async function readLatestCheckpoint(folder: RunFolder): Promise<RestoredCheckpoint | null> {
  const isComplete = (at: number): boolean => existsSync(join(folder.checkpointFolder(at), stateFile))
  const step = folder.checkpointSteps().filter(isComplete).at(-1)
  if (step === undefined) return null
  const path = folder.checkpointFolder(step)
  const progress = readStoredJson(join(path, stateFile), progressSchema)
  const weights = await loadCheckpointFolder(path)
  const moments = await readSafetensors(join(path, optimizerFile))
  const own = await readOwnTensors(path)
  const tensors = [...weights.tensors.values(), ...own.filter(({ name }) => name.startsWith(ownWeightPrefix))]
  const momentsOf = (kind: string): Map<string, Float32Array> =>
    new Map(tensors.map(({ name }) => [name, toFloat32(moments.get(`${kind}.${name}`)!)] as const))
  return {
    progress,
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

/** What the method brought along; empty for most. */
async function readOwnTensors(path: string): Promise<NamedTensor[]> {
  if (!existsSync(join(path, methodFile))) return []
  const stored = await readSafetensors(join(path, methodFile))
  return [...stored.values()].map((tensor) => namedTensor(tensor.name, tensor.shape, toFloat32(tensor)))
}

/**
 * Removes every checkpoint but those of the given steps.
 *
 * @param folder the run
 * @param keep steps whose checkpoints stay
 */
export function pruneCheckpoints(folder: RunFolder, keep: readonly (number | null)[]): void {
  for (const step of folder.checkpointSteps()) {
    if (!keep.includes(step)) rmSync(folder.checkpointFolder(step), { recursive: true, force: true })
  }
}

function namedTensors(stored: readonly (readonly [string, StoredWeight])[]): NamedTensor[] {
  return stored.map(([name, { shape, values }]) => namedTensor(name, shape, values))
}

function namedTensor(name: string, shape: readonly number[], values: Float32Array): NamedTensor {
  return { name, dtype: 'float32', shape, values }
}
