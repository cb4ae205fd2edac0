/** The head that restores hidden tokens from an encoder's states, and the loss that trains both. */
import * as tf from '@tensorflow/tfjs'
import { embeddingLookup } from '@main/ml/layers/embedding-lookup.ts'
import { gelu } from '@main/ml/layers/gelu.ts'
import { layerNorm } from '@main/ml/layers/layer-norm.ts'
import { linear } from '@main/ml/layers/linear.ts'
import { crossEntropy } from '@main/ml/losses/cross-entropy.ts'
import { encoder } from '@main/ml/models/encoder.ts'
import { modelWeights } from '@main/ml/models/model-weights.ts'
import { matrix, vector } from '@main/ml/models/parameters.ts'
import type { Parameters } from '@main/ml/models/parameters.ts'
import type { WeightSpec, WeightSpecs } from '@main/ml/models/weight-spec.ts'
import type { EncoderConfig } from '@shared/results/checkpoint-summary.ts'
import type { MaskedBatch } from './masked-batch.ts'

const head = 'cls.predictions'

/** Whether a weight belongs to the encoder; the others are the pre-training head's and are not kept. */
export function isEncoderWeight(name: string): boolean {
  return name.startsWith('bert.')
}

/**
 * Every weight that masked language modelling trains: the encoder without its pooler, and the head. The head's output
 * table is the word embedding table.
 *
 * @param config the encoder's sizes
 */
export function maskedLanguageModelWeights(config: EncoderConfig): WeightSpecs {
  const { hiddenSize: E, vocabSize: V } = config
  const inside = [...modelWeights({ ...config, taskKind: 'classification' }, 1)].filter(
    ([, { part }]) => part === 'embeddings' || part === 'block',
  )
  const ofHead = (name: string, shape: readonly number[], role: WeightSpec['role']): [string, WeightSpec] => [
    `${head}.${name}`,
    { name: `${head}.${name}`, shape, role, part: 'head', block: null, place: 'head-dense' },
  ]
  return new Map([
    ...inside,
    ofHead('transform.dense.weight', [E, E], 'matrix'),
    ofHead('transform.dense.bias', [E], 'bias'),
    ofHead('transform.LayerNorm.weight', [E], 'norm-scale'),
    ofHead('transform.LayerNorm.bias', [E], 'bias'),
    ofHead('bias', [V], 'bias'),
  ])
}

/**
 * Logits over the vocabulary for the hidden tokens of a batch.
 *
 * @equation  logits = LayerNorm(gelu(h·Wᵀ + b))·Eᵀ + c, E = word embeddings
 * @source    Devlin et al. 2018, arXiv:1810.04805, section 3.1; head as in the released model
 * @param parameters weights by Hugging Face name
 * @param config the encoder's sizes; its dropout is not used
 * @param batch texts with hidden tokens
 * @returns float32 [M, V]
 */
export function hiddenTokenLogits(
  parameters: Parameters,
  config: EncoderConfig,
  batch: MaskedBatch,
): tf.Tensor2D {
  const states = encoder(parameters, config, batch.inputs, { lastBlock: 'every-token' })
  const chosen = embeddingLookup(states, batch.rows)
  const dense = linear(
    chosen,
    matrix(parameters, `${head}.transform.dense.weight`),
    vector(parameters, `${head}.transform.dense.bias`),
  )
  const normalized = layerNorm(
    gelu(dense),
    vector(parameters, `${head}.transform.LayerNorm.weight`),
    vector(parameters, `${head}.transform.LayerNorm.bias`),
    config.layerNormEps,
  )
  return linear(
    normalized,
    matrix(parameters, 'bert.embeddings.word_embeddings.weight'),
    vector(parameters, `${head}.bias`),
  )
}

/**
 * Mean cross-entropy over the hidden tokens of a batch, in nats.
 *
 * @param parameters weights by Hugging Face name
 * @param config the encoder's sizes
 * @param batch texts with hidden tokens
 * @returns float32 scalar
 */
export function maskedLanguageModelLoss(
  parameters: Parameters,
  config: EncoderConfig,
  batch: MaskedBatch,
): tf.Scalar {
  const logits = hiddenTokenLogits(parameters, config, batch)
  return tf.mean(crossEntropy(logits, batch.targets))
}
