/** Cases typed by a person, encoded for a checkpoint. */
import * as tf from '@tensorflow/tfjs'
import { z } from 'zod'
import { loadCheckpointFolder } from '@main/checkpoints/checkpoint-folder.ts'
import { familyOf } from '@main/ml/models/model-table.ts'
import { maxTokens } from '@shared/results/model-positions.ts'
import { modelWeights, initialValues } from '@main/ml/models/model-weights.ts'
import { decodeUtf8, DocumentProblem, parseJsonDocument } from '@main/platform/json-document.ts'
import { readRegularFile } from '@main/platform/regular-file.ts'
import type { Tokenizer } from '@main/text/encoding.ts'
import { readTokenizer } from '@main/text/tokenizer.ts'
import { LabError } from '@shared/failures/failure.ts'
import type { Parameters } from '@main/ml/models/parameters.ts'
import type { EncodedExample } from '@main/ml/heads/encoded-example.ts'
import type { ModelConfig } from '@main/ml/models/model-config.ts'

const caseSchema = z.object({ text: z.string(), pair: z.string().optional(), label: z.number().optional() })
const casesFile = z.union([z.array(caseSchema).min(1), z.object({ cases: z.array(caseSchema).min(1) })])

/** Longest file of cases that is read. */
const mostBytes = 16 * 1024 ** 2

/** A text, or a pair of texts. */
export type Case = z.infer<typeof caseSchema>

/** What is read. */
interface CasesRequest {
  /** Checkpoint folder. */
  readonly checkpoint: string
  /** JSON file. */
  readonly cases: string
  /** Longest input in tokens; null = as long as the model reads. */
  readonly maxLength: number | null
  /** Of a new classifier, where the checkpoint has none. */
  readonly seed: number
}

/** Cases and the model that is to read them. */
export interface LoadedCases {
  readonly cases: readonly Case[]
  readonly encoded: readonly EncodedExample[]
  readonly config: ModelConfig
  readonly tokenizer: Tokenizer
  /** C */
  readonly outputs: number
  /** Weights, the classifier's begun anew where the checkpoint has none; the caller disposes them. */
  readonly parameters: Parameters
  readonly warnings: readonly string[]
}

/**
 * Reads cases and checkpoint.
 *
 * @param request what is read
 * @failure file-unreadable, invalid-argument, checkpoint-…, not-found, task-mismatch when it classifies words
 */
export async function loadCases(request: CasesRequest): Promise<LoadedCases> {
  const cases = await readCases(request.cases)
  const {
    config: encoder,
    head,
    tensors,
    warnings,
    tokenizerFiles,
  } = await loadCheckpointFolder(request.checkpoint)
  if (head.kind === 'token-classification')
    throw new LabError(
      'task-mismatch',
      `${request.checkpoint} has a classifier of words; attributions are computed for texts and pairs.`,
      'Choose a checkpoint with a classifier of texts, or without any.',
    )
  const tokenizer = readTokenizer(tokenizerFiles)
  const maxLength = Math.min(request.maxLength ?? maxTokens(encoder), maxTokens(encoder))
  const encoded = cases.map(({ text, pair, label }) => ({
    ...tokenizer.encode(text, pair, maxLength),
    ...(label === undefined ? {} : { label }),
  }))
  const outputs = tensors.get(`${familyOf(encoder).head.classifier}.weight`)?.shape[0] ?? 2
  const config: ModelConfig = { ...encoder, taskKind: outputs === 1 ? 'regression' : 'classification' }
  const parameters = new Map(
    [...modelWeights(config, outputs)].map(([name, weight]) => {
      const values = tensors.get(name)?.values ?? initialValues(weight, config.initializerRange, request.seed)
      return [name, tf.tensor(values, [...weight.shape], 'float32')]
    }),
  )
  return { cases, encoded, config, tokenizer, outputs, parameters, warnings }
}

/** Cases from a JSON file. */
async function readCases(path: string): Promise<readonly Case[]> {
  const bytes = await readRegularFile(path, mostBytes)
  let content: unknown
  try {
    content = parseJsonDocument(decodeUtf8(bytes)).value
  } catch (cause) {
    if (!(cause instanceof DocumentProblem)) throw cause
    throw new LabError('file-unreadable', `${path} ${cause.message}.`, cause.hint, { cause })
  }
  const parsed = casesFile.safeParse(content)
  if (!parsed.success) {
    throw new LabError(
      'invalid-argument',
      `${path} is not a list of cases: ${parsed.error.issues[0]?.message ?? 'unknown form'}.`,
      'Write a JSON list of objects with "text", optionally "pair" and "label".',
    )
  }
  return Array.isArray(parsed.data) ? parsed.data : parsed.data.cases
}
