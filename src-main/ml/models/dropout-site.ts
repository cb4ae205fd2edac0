/** Dropout at the places of the model. */
import { dropout } from '../layers/dropout.ts'
import type { DropoutSite, ForwardOptions } from './forward-options.ts'
import type { EncoderConfig } from '@shared/results/checkpoint-summary.ts'
import type * as tf from '@tensorflow/tfjs'

/** Where values are dropped: kind and layer. */
type Place = Pick<DropoutSite, 'kind' | 'layer'>

/**
 * Drops values at a place of the model, by the pass's own rule or by vanilla dropout.
 *
 * @param values float32, see `DropoutRule`
 * @param place kind and layer
 * @param config for vanilla dropout's probabilities
 * @param options of the pass; without random numbers and rule nothing is dropped
 * @returns float32 of the same shape
 */
export function dropAt<Value extends tf.Tensor>(
  values: Value,
  place: Place,
  config: EncoderConfig,
  options: Pick<ForwardOptions, 'random' | 'dropout'>,
): Value {
  const site = { ...place, name: siteName(place), probability: probabilityAt(place, config) }
  if (options.dropout !== undefined) return options.dropout(values, site)
  return dropout(values, site.probability, options.random, site.name)
}

/** Names as they have always been: a run's random numbers hang on them. */
function siteName({ kind, layer }: Place): string {
  const name = kind === 'feed-forward-output' ? 'output' : kind
  return layer === null ? name : `layer.${layer}.${name}`
}

function probabilityAt({ kind }: Place, config: EncoderConfig): number {
  if (kind === 'query' || kind === 'key' || kind === 'value') return 0
  if (kind === 'attention') return config.attentionProbsDropoutProb
  return kind === 'classifier' || kind === 'head-input' ? config.classifierDropout : config.hiddenDropoutProb
}
