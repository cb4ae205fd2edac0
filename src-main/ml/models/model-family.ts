/** What sets a family of encoders apart, as data. The computation is shared: `encoder.ts`, `heads`. */
import type { ModelType } from '@shared/results/checkpoint-summary.ts'
import type { AffinePlace, NormPlace, TablePlace } from './weight-spec.ts'

/** Places of a block; their names are relative to the block. */
export type BlockPlace = Extract<
  AffinePlace | NormPlace,
  | 'query'
  | 'key'
  | 'value'
  | 'attention-output'
  | 'attention-norm'
  | 'feed-forward-in'
  | 'feed-forward-out'
  | 'feed-forward-norm'
>

/** A family of encoders that differ in names, positions and head only: post-layer-norm blocks are the same in all. */
export interface ModelFamily {
  readonly modelType: ModelType
  /** transformers' class of a sequence classifier on this encoder. */
  readonly classifierClass: string
  /** transformers' class of a token classifier on this encoder. */
  readonly tokenClassifierClass: string
  /** Which of the configuration's dropout probabilities holds before a token classifier. */
  readonly tokenDropout: 'classifierDropout' | 'hiddenDropoutProb'
  /** First part of the names of the encoder's weights in files, without the dot. */
  readonly prefix: string
  /** Names of the tables; null = the family has none of this kind. */
  readonly tables: Readonly<Record<Exclude<TablePlace, 'token-type'>, string>> & {
    readonly 'token-type': string | null
  }
  readonly embeddingNorm: string
  /** Map from the embeddings' width to the hidden width, where these differ; null = they never do. */
  readonly embeddingProjection: string | null
  /** What stands before a block's number. */
  readonly blocks: string
  readonly blockNames: Readonly<Record<BlockPlace, string>>
  readonly head: HeadLayers
}

/** A head that reads the first token: [dropout →] dense → activation → dropout → classifier. */
export interface HeadLayers {
  /** Whether the first token's hidden state is dropped from before the dense layer. */
  readonly dropsInput: boolean
  readonly dense: string
  /** `pooler`: the dense layer is pre-trained with the encoder. */
  readonly densePart: 'pooler' | 'head'
  readonly activation: 'tanh' | 'gelu' | 'relu'
  readonly classifier: string
}
