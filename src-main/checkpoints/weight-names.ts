/** Names of BERT's weights: the one spelling used here, and the spellings met in published files. */
import type { EncoderConfig } from '@shared/results/checkpoint-summary.ts'

/** Part of the model a weight belongs to; only the encoder cannot be initialised anew. */
export type WeightPart = 'encoder' | 'pooler' | 'classifier'

/** A weight the model has. */
export interface ExpectedWeight {
  readonly name: string
  readonly part: WeightPart
  /** null where the checkpoint decides: the number of labels of a classifier. */
  readonly shape: readonly (number | null)[]
}

/**
 * The spelling used here of a name in a checkpoint: `bert.` in front of the encoder's and pooler's weights, LayerNorm
 * weights named `weight` and `bias` (old conversions from TensorFlow say `gamma` and `beta`). Other names stay as they are.
 *
 * @param name as the checkpoint spells it
 */
export function canonicalName(name: string): string {
  const modern = name
    .replace(/LayerNorm\.gamma$/, 'LayerNorm.weight')
    .replace(/LayerNorm\.beta$/, 'LayerNorm.bias')
  return /^(embeddings|encoder|pooler)\./.test(modern) ? `bert.${modern}` : modern
}

/**
 * Every weight of a BERT sequence classifier, in the order in which checkpoints are written. Matrices are [out, in].
 *
 * @param config the model
 */
export function expectedWeights(config: EncoderConfig): ExpectedWeight[] {
  const { hiddenSize: hidden } = config
  const embeddings = 'bert.embeddings'
  return [
    encoder(`${embeddings}.word_embeddings.weight`, [config.vocabSize, hidden]),
    encoder(`${embeddings}.position_embeddings.weight`, [config.maxPositionEmbeddings, hidden]),
    encoder(`${embeddings}.token_type_embeddings.weight`, [config.typeVocabSize, hidden]),
    encoder(`${embeddings}.LayerNorm.weight`, [hidden]),
    encoder(`${embeddings}.LayerNorm.bias`, [hidden]),
    ...Array.from({ length: config.numHiddenLayers }, (_, layer) => layerWeights(layer, config)).flat(),
    { name: 'bert.pooler.dense.weight', part: 'pooler', shape: [hidden, hidden] },
    { name: 'bert.pooler.dense.bias', part: 'pooler', shape: [hidden] },
    { name: 'classifier.weight', part: 'classifier', shape: [null, hidden] },
    { name: 'classifier.bias', part: 'classifier', shape: [null] },
  ]
}

function encoder(name: string, shape: readonly number[]): ExpectedWeight {
  return { name, part: 'encoder', shape }
}

function layerWeights(layer: number, config: EncoderConfig): ExpectedWeight[] {
  const { hiddenSize: hidden, intermediateSize: intermediate } = config
  const prefix = `bert.encoder.layer.${layer}`
  const linear = (name: string, outputs: number, inputs: number): ExpectedWeight[] => [
    encoder(`${prefix}.${name}.weight`, [outputs, inputs]),
    encoder(`${prefix}.${name}.bias`, [outputs]),
  ]
  const norm = (name: string): ExpectedWeight[] => [
    encoder(`${prefix}.${name}.LayerNorm.weight`, [hidden]),
    encoder(`${prefix}.${name}.LayerNorm.bias`, [hidden]),
  ]
  return [
    ...linear('attention.self.query', hidden, hidden),
    ...linear('attention.self.key', hidden, hidden),
    ...linear('attention.self.value', hidden, hidden),
    ...linear('attention.output.dense', hidden, hidden),
    ...norm('attention.output'),
    ...linear('intermediate.dense', intermediate, hidden),
    ...linear('output.dense', hidden, intermediate),
    ...norm('output'),
  ]
}
