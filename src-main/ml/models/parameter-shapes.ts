/** Which weights a sequence classifier on a BERT encoder has, and how new ones begin. */
import { normalValues, uniformSequence } from '../random/seed-mixing.ts'
import type { EncoderConfig } from '@shared/results/checkpoint-summary.ts'

/** Name → shape of every trained weight, in the order in which the model reads them. */
export type ParameterShapes = ReadonlyMap<string, readonly number[]>

/**
 * Every weight of the classifier.
 *
 * @param config the encoder's sizes
 * @param outputs number of classes; 1 for regression
 */
export function classifierParameterShapes(config: EncoderConfig, outputs: number): ParameterShapes {
  const { hiddenSize: E, intermediateSize: F } = config
  const shapes = new Map<string, readonly number[]>([
    ['bert.embeddings.word_embeddings.weight', [config.vocabSize, E]],
    ['bert.embeddings.position_embeddings.weight', [config.maxPositionEmbeddings, E]],
    ['bert.embeddings.token_type_embeddings.weight', [config.typeVocabSize, E]],
  ])
  const affine = (name: string, rows: number, columns: number): void => {
    shapes.set(`${name}.weight`, [rows, columns]).set(`${name}.bias`, [rows])
  }
  const norm = (name: string): void => {
    shapes.set(`${name}.weight`, [E]).set(`${name}.bias`, [E])
  }
  norm('bert.embeddings.LayerNorm')
  for (let layer = 0; layer < config.numHiddenLayers; layer++) {
    const prefix = `bert.encoder.layer.${layer}`
    for (const part of ['query', 'key', 'value']) affine(`${prefix}.attention.self.${part}`, E, E)
    affine(`${prefix}.attention.output.dense`, E, E)
    norm(`${prefix}.attention.output.LayerNorm`)
    affine(`${prefix}.intermediate.dense`, F, E)
    affine(`${prefix}.output.dense`, E, F)
    norm(`${prefix}.output.LayerNorm`)
  }
  affine('bert.pooler.dense', E, E)
  affine('classifier', outputs, E)
  return shapes
}

/**
 * First values of a weight that the checkpoint does not bring.
 *
 * @source    Devlin et al. 2018: N(0, initializer_range) for matrices, 0 for biases, 1 for LayerNorm scales
 * @param name full name
 * @param shape its shape
 * @param standardDeviation the model configuration's `initializer_range`
 * @param seed the run's seed; every name draws its own numbers
 * @returns float32 values, row-major
 */
export function initialValues(
  name: string,
  shape: readonly number[],
  standardDeviation: number,
  seed: number,
): Float32Array {
  const count = shape.reduce((product, size) => product * size, 1)
  if (name.includes('LayerNorm.weight')) return new Float32Array(count).fill(1)
  if (name.endsWith('.bias')) return new Float32Array(count)
  return normalValues(count, standardDeviation, uniformSequence(seed, `weight ${name}`))
}
