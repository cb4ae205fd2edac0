/** An imported checkpoint without its weights. */
import { z } from 'zod'
import type { Recorded } from '../config/recorded.ts'
import { checkpointHeadSchema } from './checkpoint-head.ts'
import { count } from './recorded-number.ts'

/** Model configuration in Hugging Face's words, camel-cased. */
const encoderConfigSchema = z.object({
  modelType: z.literal('bert'),
  vocabSize: count,
  hiddenSize: count,
  numHiddenLayers: count,
  numAttentionHeads: count,
  intermediateSize: count,
  hiddenAct: z.literal('gelu'),
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
  tokenizer: z.literal('wordpiece').nullable(),
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
