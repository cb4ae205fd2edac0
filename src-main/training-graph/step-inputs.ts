/** Keys and scalars that a step gets beside its batch, as tensors. */
import * as tf from '@tensorflow/tfjs'
import { updateScalars, type AdamWSettings } from '@main/ml/optimizers/optimizer.ts'
import { passKey, type PassName } from '@main/ml/random/uniform-source.ts'
import { passInputs } from './step-functions.ts'
import type { Tensors } from '@main/tracer/compile.ts'
import type { UpdateInputs } from './graph-adam-w.ts'

/** Scalars of an update as numbers. */
export type UpdateNumbers = Readonly<Record<keyof UpdateInputs, number>>

/**
 * Scalars of an update.
 *
 * @param settings AdamW's
 * @param update 1-based count of updates
 * @param learningRate step size of this update
 */
export function updateNumbers(settings: AdamWSettings, update: number, learningRate: number): UpdateNumbers {
  const { decay, beta1Power, beta2Power, epsilon } = updateScalars(settings, update, learningRate)
  const { beta1, beta2 } = settings
  return { beta1, beta2, beta1Power, beta2Power, learningRate, epsilon, decayFactor: 1 - decay }
}

/**
 * A step's inputs beside its batch.
 *
 * @param seed the run's
 * @param stepNumber which step; fixes its random numbers
 * @param update scalars of the update
 * @returns tensors by the names of the step's signature
 * @ownership The surrounding scope frees them.
 */
export function stepInputs(seed: number, stepNumber: number, update: UpdateNumbers): Tensors {
  const scalars = Object.entries(update).map(([name, value]) => [name, tf.scalar(value)])
  const keys = Object.entries(passInputs).map(([pass, name]) => [
    name,
    tf.scalar(passKey(seed, stepNumber, pass as PassName), 'int32'),
  ])
  return Object.fromEntries([...scalars, ...keys]) as Tensors
}
