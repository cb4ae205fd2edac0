/** Which weights a model has, what they are called, and how new ones begin. */
import type { EncoderConfig } from '@shared/results/checkpoint-summary.ts'
import { headOf } from '../heads/head-table.ts'
import { normalValues, uniformSequence } from '../random/seed-mixing.ts'
import type { BlockPlace } from './model-family.ts'
import { familyOf } from './model-table.ts'
import type { ModelConfig } from './model-config.ts'
import { isExemptFromDecay, type WeightPlace, type WeightSpec, type WeightSpecs } from './weight-spec.ts'

/**
 * Every weight of a model: the encoder's, then the head's.
 *
 * @param config sizes and kind of task
 * @param outputs C: number of classes; 1 for regression
 */
export function modelWeights(config: ModelConfig, outputs: number): WeightSpecs {
  const { hiddenSize: E, intermediateSize: F } = config
  const width = embeddingWidth(config)
  const family = familyOf(config)
  const specs = new Map<string, WeightSpec>()
  const add = (spec: WeightSpec): void => {
    specs.set(spec.name, spec)
  }
  const table = (place: 'word' | 'position' | 'token-type', rows: number): void => {
    const base = family.tables[place]
    if (base === null) return
    const shape = [rows, width]
    add({ name: `${base}.weight`, shape, role: 'embedding', part: 'embeddings', block: null, place })
  }
  const pair = (base: string, rows: number, columns: number | null, where: Where): void => {
    const weight =
      columns === null ? ([[rows], 'norm-scale'] as const) : ([[rows, columns], 'matrix'] as const)
    add({ name: `${base}.weight`, shape: weight[0], role: weight[1], ...where })
    add({ name: `${base}.bias`, shape: [rows], role: 'bias', ...where })
  }
  table('word', config.vocabSize)
  table('position', config.maxPositionEmbeddings)
  table('token-type', config.typeVocabSize)
  const outside = (part: WeightSpec['part'], place: WeightPlace): Where => ({ part, block: null, place })
  pair(family.embeddingNorm, width, null, outside('embeddings', 'embedding-norm'))
  if (family.embeddingProjection !== null && width !== E)
    pair(family.embeddingProjection, E, width, outside('embeddings', 'embedding-projection'))
  for (let block = 0; block < config.numHiddenLayers; block++) {
    const inBlock = (place: BlockPlace, rows: number, columns: number | null): void => {
      pair(weightBase(config, place, block), rows, columns, { part: 'block', block, place })
    }
    for (const place of ['query', 'key', 'value', 'attention-output'] as const) inBlock(place, E, E)
    inBlock('attention-norm', E, null)
    inBlock('feed-forward-in', F, E)
    inBlock('feed-forward-out', E, F)
    inBlock('feed-forward-norm', E, null)
  }
  for (const map of headOf(config.taskKind).maps(family))
    pair(map.name, map.outputs === 'labels' ? outputs : E, E, outside(map.part, map.place))
  return specs
}

type Where = Pick<WeightSpec, 'part' | 'block' | 'place'>

/**
 * Width of the embeddings.
 *
 * @param config the model
 */
export function embeddingWidth(config: EncoderConfig): number {
  return config.embeddingSize ?? config.hiddenSize
}

/**
 * Name of a map or norm of a block, without `.weight` and `.bias`.
 *
 * @param config the model
 * @param place which of the block's
 * @param block 0-based
 */
export function weightBase(
  config: Pick<EncoderConfig, 'modelType'>,
  place: BlockPlace,
  block: number,
): string {
  const { blocks, blockNames } = familyOf(config)
  return `${blocks}.${block}.${blockNames[place]}`
}

/**
 * Names of the weights that a choice holds for.
 *
 * @param config the model
 * @param choice which weights
 */
export function namesOf(config: ModelConfig, choice: (weight: WeightSpec) => boolean): ReadonlySet<string> {
  return new Set([...modelWeights(config, 1).values()].filter(choice).map(({ name }) => name))
}

/**
 * Names of the weights that weight decay leaves alone: biases, layer normalisation, and what is none of the model's own.
 *
 * @param config the model
 * @param names of all trained weights, a method's own included
 */
export function exemptFromDecay(config: ModelConfig, names: Iterable<string>): ReadonlySet<string> {
  const specs = modelWeights(config, 1)
  const isExempt = (name: string): boolean => {
    const weight = specs.get(name)
    return weight === undefined || isExemptFromDecay(weight)
  }
  return new Set([...names].filter(isExempt))
}

/**
 * First values of a weight that the checkpoint does not bring.
 *
 * @source    Devlin et al. 2018: N(0, initializer_range) for matrices, 0 for biases, 1 for LayerNorm scales; the other
 *            families begin their heads alike
 * @param weight the weight
 * @param standardDeviation the model configuration's `initializer_range`
 * @param seed the run's seed; every name draws its own numbers
 * @returns float32 values, row-major
 */
export function initialValues(weight: WeightSpec, standardDeviation: number, seed: number): Float32Array {
  const count = weight.shape.reduce((product, size) => product * size, 1)
  switch (weight.role) {
    case 'norm-scale':
      return new Float32Array(count).fill(1)
    case 'bias':
      return new Float32Array(count)
    case 'matrix':
    case 'embedding':
      return normalValues(count, standardDeviation, uniformSequence(seed, `weight ${weight.name}`))
  }
}
