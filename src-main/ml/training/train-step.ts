/** One optimizer step. */
import * as tf from '@tensorflow/tfjs'
import { passKey, passRandom, type UniformSource } from '../random/uniform-source.ts'
import { clipByGlobalNorm } from '../optimizers/gradient-clipping.ts'
import { logitsOf, lossGradients } from './loss-gradients.ts'
import type { Parameters } from '../models/parameters.ts'
import type { Optimizer } from '../optimizers/optimizer.ts'
import type { Batch, Regularizer, StepContext, StepPart } from '../regularizers/regularizer.ts'
import type { ModelConfig } from '../models/model-config.ts'

/** What a step needs beside its batch. */
export interface StepSetting {
  readonly config: ModelConfig
  readonly optimizer: Optimizer
  /** The method's own tensors; none when left out. */
  readonly state?: Parameters
  readonly uniform: UniformSource
  /** The run's seed. */
  readonly seed: number
  /** Of this update. */
  readonly learningRate: number
  /** Norm to which the gradients are clipped; null or left out for none. */
  readonly maxGradientNorm?: number | null
  /** Told which part of the step begins; without clocks in here, the caller measures. */
  readonly onPart?: (part: StepPart) => void
}

/**
 * Trains on one batch: prepares the method, differentiates the loss, updates the weights.
 *
 * @param setting model, optimizer, randomness
 * @param batch the batch; borrowed
 * @param regularizer the method of this epoch
 * @param stepNumber 1-based over the whole run; with the seed it fixes every random number of the step
 * @returns the batch's mean loss; when it is not finite, no weight has changed
 */
export function trainStep(
  setting: StepSetting,
  batch: Batch,
  regularizer: Regularizer,
  stepNumber: number,
): number {
  const { config, optimizer } = setting
  const begin = (part: StepPart): void => setting.onPart?.(part)
  return tf.tidy(() => {
    const parameters = optimizer.parameters()
    const step: StepContext = {
      config,
      parameters,
      state: setting.state ?? new Map(),
      batch,
      logits: logitsOf(parameters, config),
      random: (pass) => passRandom(setting.uniform, passKey(setting.seed, stepNumber, pass)),
      begin,
    }
    const changes = regularizer.prepare(step)
    begin('secondPass')
    const trained = lossGradients(
      parameters,
      { config, batch, changes, random: step.random('second') },
      () => {
        begin('backward')
      },
    )
    const value = trained.loss.dataSync()[0]!
    begin('update')
    if (Number.isFinite(value)) {
      const { maxGradientNorm = null, learningRate } = setting
      const { gradients } = trained
      const clipped = maxGradientNorm === null ? gradients : clipByGlobalNorm(gradients, maxGradientNorm)
      optimizer.apply(changes.gradients?.(clipped) ?? clipped, learningRate)
    }
    return value
  })
}
