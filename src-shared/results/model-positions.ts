/** How many tokens a model can read. */
import type { EncoderConfig, ModelType } from './checkpoint-summary.ts'

/** Families whose first token has the position behind the padding id; in the others it has position 0. */
const countsFromBehindPadding: ReadonlySet<ModelType> = new Set<ModelType>(['roberta'])

type Positions = Pick<EncoderConfig, 'modelType' | 'maxPositionEmbeddings' | 'padTokenId'>

/**
 * Row of the position table that the first token reads.
 *
 * @param config the model
 */
export function firstPosition(config: Positions): number {
  return countsFromBehindPadding.has(config.modelType) ? config.padTokenId + 1 : 0
}

/**
 * Longest input that a model has positions for, in tokens.
 *
 * @param config the model
 */
export function maxTokens(config: Positions): number {
  return config.maxPositionEmbeddings - firstPosition(config)
}
