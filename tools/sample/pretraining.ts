/** Masked language modelling of the sample's encoder: the loop over batches, and its measurement. */
import * as tf from '@tensorflow/tfjs'
import { initialValues } from '@main/ml/models/model-weights.ts'
import { isExemptFromDecay } from '@main/ml/models/weight-spec.ts'
import { trainingBatches } from '@main/ml/training/length-bucketing.ts'
import type { Parameters } from '@main/ml/models/parameters.ts'
import type { Optimizer } from '@main/ml/optimizers/optimizer.ts'
import type { EncoderConfig } from '@shared/results/checkpoint-summary.ts'
import { maskedBatch } from './masked-batch.ts'
import {
  hiddenTokenLogits,
  maskedLanguageModelLoss,
  maskedLanguageModelWeights,
} from './masked-language-model.ts'
import { RandomStream } from './random-stream.ts'
import type { MaskingVocabulary } from './token-masking.ts'
import type { RestorationScore } from './unigram-baseline.ts'

/** How the encoder is pre-trained. */
export interface PretrainingPlan {
  readonly seed: number
  readonly steps: number
  readonly batchSize: number
  /** Highest learning rate, reached after the warm-up and falling linearly to 0. */
  readonly learningRate: number
  /** Share of the steps over which the learning rate rises linearly from 0. */
  readonly warmUp: number
  /** Of AdamW. */
  readonly weightDecay: number
}

/** The text and what hides its tokens. */
export interface PretrainingText {
  /** Ids of each text, special tokens included. */
  readonly texts: readonly (readonly number[])[]
  readonly vocabulary: MaskingVocabulary
}

/**
 * New weights of the encoder and its head.
 *
 * @param config the encoder's sizes
 * @param seed integer
 * @ownership Caller disposes the tensors.
 */
export function initialWeights(config: EncoderConfig, seed: number): Parameters {
  return new Map(
    [...maskedLanguageModelWeights(config)].map(([name, weight]) => [
      name,
      tf.tensor(initialValues(weight, config.initializerRange, seed), [...weight.shape]),
    ]),
  )
}

/**
 * Names of the weights that weight decay leaves alone.
 *
 * @param config the encoder's sizes
 */
export function weightsWithoutDecay(config: EncoderConfig): ReadonlySet<string> {
  const weights = [...maskedLanguageModelWeights(config).values()]
  return new Set(weights.filter(isExemptFromDecay).map(({ name }) => name))
}

/**
 * Trains the optimizer's weights; tokens are hidden anew each time a text comes up.
 *
 * @param plan length, batches and learning rate
 * @param text what is read
 * @param config the encoder's sizes; its dropout is off, as the text does not run short
 * @param optimizer owner of the weights
 * @yields after every step: its 1-based number and loss
 */
export function* pretrain(
  plan: PretrainingPlan,
  text: PretrainingText,
  config: EncoderConfig,
  optimizer: Optimizer,
): Generator<{ readonly step: number; readonly loss: number }> {
  const random = new RandomStream(plan.seed, 'hidden tokens')
  const lengths = text.texts.map((ids) => ids.length)
  let step = 0
  for (let epoch = 1; ; epoch++) {
    for (const indices of trainingBatches(lengths, plan.batchSize, plan.seed, epoch)) {
      step++
      const texts = indices.map((index) => text.texts[index]!)
      const loss = tf.tidy(() => {
        const batch = maskedBatch(texts, text.vocabulary, random)
        const parameters = optimizer.parameters()
        const differentiate = tf.valueAndGrads((...weights: tf.Tensor[]) =>
          maskedLanguageModelLoss(
            new Map([...parameters.keys()].map((name, index) => [name, weights[index]!])),
            config,
            batch,
          ),
        )
        const { value, grads } = differentiate([...parameters.values()])
        optimizer.apply(
          new Map([...parameters.keys()].map((name, index) => [name, grads[index]!])),
          learningRateAt(step, plan),
        )
        return value.dataSync()[0]!
      })
      yield { step, loss }
      if (step === plan.steps) return
    }
  }
}

/** Linear rise, then linear fall. */
function learningRateAt(step: number, plan: PretrainingPlan): number {
  const warmUpSteps = Math.max(1, Math.round(plan.warmUp * plan.steps))
  const rise = step / warmUpSteps
  const fall = (plan.steps - step + 1) / (plan.steps - warmUpSteps + 1)
  return plan.learningRate * Math.min(rise, fall)
}

/**
 * How well hidden tokens are restored; the same tokens are hidden at every call.
 *
 * @param parameters weights of the encoder and its head
 * @param config the encoder's sizes
 * @param text what is read
 * @param plan seed and batch size
 */
export function measureRestoration(
  parameters: Parameters,
  config: EncoderConfig,
  text: PretrainingText,
  plan: Pick<PretrainingPlan, 'seed' | 'batchSize'>,
): RestorationScore {
  const random = new RandomStream(plan.seed, 'hidden tokens of the measurement')
  const byLength = [...text.texts].sort((a, b) => a.length - b.length)
  let lossSum = 0
  let right = 0
  let tokens = 0
  for (let start = 0; start < byLength.length; start += plan.batchSize) {
    tf.tidy(() => {
      const batch = maskedBatch(byLength.slice(start, start + plan.batchSize), text.vocabulary, random)
      const guesses = tf.argMax(hiddenTokenLogits(parameters, config, batch), -1)
      right += tf.sum(tf.cast(tf.equal(guesses, batch.targets), 'int32')).dataSync()[0]!
      lossSum += maskedLanguageModelLoss(parameters, config, batch).dataSync()[0]! * batch.rows.size
      tokens += batch.rows.size
    })
  }
  return { loss: lossSum / tokens, accuracy: right / tokens }
}
