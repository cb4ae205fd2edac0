/** What a weight is, as data: methods, weight decay and first values select by this and never by a name. */

/** A lookup table of the embeddings. */
export type TablePlace = 'word' | 'position' | 'token-type'

/** A layer normalisation. */
export type NormPlace = 'embedding-norm' | 'attention-norm' | 'feed-forward-norm'

/** An affine map: a matrix [out, in] and a bias [out]. */
export type AffinePlace =
  | 'embedding-projection'
  | 'query'
  | 'key'
  | 'value'
  | 'attention-output'
  | 'feed-forward-in'
  | 'feed-forward-out'
  | 'head-dense'
  | 'classifier'

/** Where in a model a weight stands. */
export type WeightPlace = TablePlace | NormPlace | AffinePlace

/** One trained weight of a model. */
export interface WeightSpec {
  /** Hugging Face's name. */
  readonly name: string
  readonly shape: readonly number[]
  readonly role: 'matrix' | 'embedding' | 'bias' | 'norm-scale'
  /**
   * `pooler`: pre-trained with the encoder, and begun anew where a checkpoint lacks it. `head`: begins anew for every
   * task unless the checkpoint's head is the task's own.
   */
  readonly part: 'embeddings' | 'block' | 'pooler' | 'head'
  /** 0-based; null outside the blocks. */
  readonly block: number | null
  readonly place: WeightPlace
}

/** A model's weights by name, in the order in which the model reads them. */
export type WeightSpecs = ReadonlyMap<string, WeightSpec>

/** Name → shape of weights or other tensors. */
export type ParameterShapes = ReadonlyMap<string, readonly number[]>

/**
 * Shapes alone.
 *
 * @param specs weights by name
 */
export function shapesOf(specs: WeightSpecs): ParameterShapes {
  return new Map([...specs].map(([name, { shape }]) => [name, shape]))
}

/**
 * Whether weight decay leaves a weight alone: biases and layer normalisation.
 *
 * @source AD-DROP's released recipe: names containing `bias`, `LayerNorm.weight`, `LayerNorm.bias`
 * @param weight the weight
 */
export function isExemptFromDecay(weight: WeightSpec): boolean {
  return weight.role === 'bias' || weight.role === 'norm-scale'
}
