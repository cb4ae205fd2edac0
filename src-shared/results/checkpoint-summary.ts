/** An imported checkpoint without its weights. */
import { z } from 'zod'
import type { Recorded } from '../config/recorded.ts'
import { checkpointHeadSchema } from './checkpoint-head.ts'
import { count } from './recorded-number.ts'

/** Families of encoders that the lab trains, by the `model_type` of their config.json. */
export const modelTypes = ['bert', 'roberta', 'electra', 'distilbert'] as const

/** Family of an encoder. */
export type ModelType = (typeof modelTypes)[number]

/** Activations of the feed-forward sublayer: `gelu` is the exact form, `gelu_new` the one with tanh. */
export const hiddenActivations = ['gelu', 'gelu_new', 'relu', 'silu'] as const

/** Activation of the feed-forward sublayer. */
export type HiddenActivation = (typeof hiddenActivations)[number]

/** Kinds of tokenizers that the lab reads. */
const tokenizerKinds = ['wordpiece', 'byte-level-bpe'] as const

/** Kind of a tokenizer. */
export type TokenizerKind = (typeof tokenizerKinds)[number]

const encoderConfigSchema = z.object({
  modelType: z.enum(modelTypes),
  vocabSize: count,
  /** Width of the embeddings where it is not that of the blocks (ELECTRA); absent = `hiddenSize`. */
  embeddingSize: count.optional(),
  hiddenSize: count,
  numHiddenLayers: count,
  numAttentionHeads: count,
  intermediateSize: count,
  hiddenAct: z.enum(hiddenActivations),
  hiddenDropoutProb: z.number(),
  attentionProbsDropoutProb: z.number(),
  classifierDropout: z.number(),
  maxPositionEmbeddings: count,
  typeVocabSize: count,
  initializerRange: z.number(),
  layerNormEps: z.number(),
  padTokenId: count,
})

/** Model configuration in Hugging Face's words, camel-cased. */
export type EncoderConfig = Recorded<typeof encoderConfigSchema>

/** A file of a checkpoint as it was when it was looked at. */
export const checkpointFileSchema = z.object({
  /** Relative to the checkpoint's folder. */
  path: z.string(),
  bytes: count,
  sha256: z.string(),
})

/** What `lab checkpoint add` returns, and what is kept of a checkpoint. */
export const checkpointSummarySchema = z.object({
  checkpointId: z.string().min(1),
  name: z.string(),
  architecture: z.string(),
  config: encoderConfigSchema,
  /** Number of trained values. */
  parameters: count,
  /** Kind of tokenizer in the folder; null when it has none that a run could use (a warning says so). */
  tokenizer: z.enum(tokenizerKinds).nullable(),
  /** Pieces of the tokenizer; null without one, and where an earlier version added the checkpoint. */
  tokenizerPieces: count.nullable().default(null),
  /** The classifier that the weights bring. */
  head: checkpointHeadSchema.default({ kind: 'unknown' }),
  /** What was checked when it was added, one sentence each; empty where an earlier version added it. */
  checks: z.array(z.string()).default([]),
  /** Missing weights that are initialised anew, unused tensors, oddities of the files; one sentence each. */
  warnings: z.array(z.string()),
  /** Absolute folder the weights are read from (checkpoints are referenced, not copied). */
  folder: z.string(),
  /** Weight file(s), configuration and tokenizer relative to the folder with size and sha256, checked again before each run. */
  files: z.array(checkpointFileSchema),
  addedAt: z.string(),
})

/** An imported checkpoint. */
export type CheckpointSummary = Recorded<typeof checkpointSummarySchema>
