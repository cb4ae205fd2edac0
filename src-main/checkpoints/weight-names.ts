/** Names of BERT's weights: the one spelling used here, and the spellings met in published files. */
import { classifierParameterShapes } from '@main/ml/models/parameter-shapes.ts'
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
  // One output stands for whatever number of labels the checkpoint has.
  return [...classifierParameterShapes(config, 1)].map(([name, shape]) => {
    if (name.startsWith('classifier.')) return { name, part: 'classifier', shape: [null, ...shape.slice(1)] }
    return { name, part: name.startsWith('bert.pooler.') ? 'pooler' : 'encoder', shape }
  })
}
