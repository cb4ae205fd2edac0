/** An imported checkpoint without its weights. */

/** Model configuration in Hugging Face's words, camel-cased. */
export interface EncoderConfig {
  readonly modelType: 'bert'
  readonly vocabSize: number
  readonly hiddenSize: number
  readonly numHiddenLayers: number
  readonly numAttentionHeads: number
  readonly intermediateSize: number
  readonly hiddenAct: 'gelu'
  readonly hiddenDropoutProb: number
  readonly attentionProbsDropoutProb: number
  readonly classifierDropout: number
  readonly maxPositionEmbeddings: number
  readonly typeVocabSize: number
  readonly initializerRange: number
  readonly layerNormEps: number
  readonly padTokenId: number
}

/** What `lab checkpoint add` answers. */
export interface CheckpointSummary {
  readonly checkpointId: string
  readonly name: string
  readonly architecture: string
  readonly config: EncoderConfig
  /** Number of trained values. */
  readonly parameters: number
  /** Kind of tokenizer in the folder; null when it has none that a run could use (a warning says so). */
  readonly tokenizer: 'wordpiece' | null
  /** Missing weights that are initialised anew, unused tensors; by name. */
  readonly warnings: readonly string[]
  /** Absolute folder the weights are read from (checkpoints are referenced, not copied). */
  readonly folder: string
  /** Weight file(s), configuration and tokenizer relative to the folder with size and sha256, checked again before each run. */
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[]
  readonly addedAt: string
}
