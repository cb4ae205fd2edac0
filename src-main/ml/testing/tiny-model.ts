/** A tiny classifier for tests: every axis has its own prime size, so that no two can be mistaken for each other. */
import * as tf from '@tensorflow/tfjs'
import { modelWeights, initialValues } from '../models/model-weights.ts'
import { makeBatch } from '../training/make-batch.ts'
import { uniformSequence } from '../random/seed-mixing.ts'
import type { Parameters } from '../models/parameters.ts'
import type { Batch } from '../regularizers/regularizer.ts'
import type { ModelConfig } from '../models/model-config.ts'
import type { TaskKind } from '@shared/tasks/task.ts'
import type { ModelType } from '@shared/results/checkpoint-summary.ts'

/** Sizes: V 23, L 2, H 3, D 5, E 15, F 19, positions 17. */
export const tinyConfig: ModelConfig = {
  taskKind: 'classification',
  modelType: 'bert',
  vocabSize: 23,
  hiddenSize: 15,
  numHiddenLayers: 2,
  numAttentionHeads: 3,
  intermediateSize: 19,
  hiddenAct: 'gelu',
  hiddenDropoutProb: 0.1,
  attentionProbsDropoutProb: 0.1,
  classifierDropout: 0.1,
  maxPositionEmbeddings: 17,
  typeVocabSize: 2,
  initializerRange: 0.4,
  layerNormEps: 1e-12,
  padTokenId: 0,
}

/** The tiny model in every family; ELECTRA's embeddings have the width 11. */
export const tinyFamilies: Readonly<Record<ModelType, ModelConfig>> = {
  bert: tinyConfig,
  roberta: { ...tinyConfig, modelType: 'roberta', typeVocabSize: 1, padTokenId: 1 },
  electra: { ...tinyConfig, modelType: 'electra', embeddingSize: 11 },
  distilbert: { ...tinyConfig, modelType: 'distilbert', typeVocabSize: 1 },
}

/**
 * Longest chain of rounded operations from the weights to a loss, for `rounding`: in each of two layers the sums of the
 * query (E), the score (D), softmax and context (2T), output (E), feed-forward (E + F) and two LayerNorms (4E), with some
 * 20 operations between them, and embeddings, pooler and classifier (5E).
 */
export const lossOperations = 2 * (7 * 15 + 5 + 2 * 7 + 19 + 20) + 5 * 15

/** And to a gradient: back the same way, where each product has two factors that were rounded. */
export const gradientOperations = 3 * lossOperations

/**
 * Random weights, biases and scales included, so that no gradient vanishes for want of a value.
 *
 * @param outputs C
 * @param seed of the weights
 * @param config the model
 */
export function tinyParameters(outputs: number, seed: number, config: ModelConfig = tinyConfig): Parameters {
  return new Map(
    [...modelWeights(config, outputs)].map(([name, weight]) => {
      const { shape } = weight
      const values = initialValues(weight, config.initializerRange, seed)
      const uniform = uniformSequence(seed, `test ${name}`)
      if (shape.length === 1)
        for (let i = 0; i < values.length; i++) values[i] = values[i]! + 0.3 * (uniform() - 0.5)
      return [name, tf.tensor(values, [...shape], 'float32')]
    }),
  )
}

/**
 * A batch of B = 4 examples of 7, 3, 5 and 7 tokens, padded to T = 7.
 *
 * @param kind what the labels are
 * @param seed of the ids
 */
export function tinyBatch(kind: TaskKind, seed: number): Batch {
  const uniform = uniformSequence(seed, 'test batch')
  const examples = [7, 3, 5, 7].map((length, row) => ({
    inputIds: Array.from({ length }, () => 1 + Math.floor(uniform() * 22)),
    tokenTypeIds: Array.from({ length }, (_, place) => (place * 2 > length ? 1 : 0)),
    label: kind === 'regression' ? uniform() * 5 : row % 2,
  }))
  return makeBatch(examples, { ...tinyConfig, taskKind: kind })
}
