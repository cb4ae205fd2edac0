/** A folder of reference values: a tiny model, the batches it was fed, what it must give. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { z } from 'zod'
import { loadCheckpointFolder } from '@main/checkpoints/checkpoint-folder.ts'
import { readSafetensors } from '@main/checkpoints/safetensors.ts'
import { toNumbers } from '@main/checkpoints/stored-numbers.ts'
import { makeBatch } from '@main/ml/training/make-batch.ts'
import { headOf } from '@main/ml/heads/head-table.ts'
import type { EncodedExample } from '@main/ml/heads/encoded-example.ts'
import type { TaskKind } from '@shared/tasks/task.ts'
import type { LoadedCheckpoint } from '@main/checkpoints/checkpoint-folder.ts'
import type { Batch } from '@main/ml/regularizers/regularizer.ts'
import type { Numbers } from './comparison-row.ts'
import type { ModelConfig } from '@main/ml/models/model-config.ts'
import type { Parameters } from '@main/ml/models/parameters.ts'

const batchSchema = z.object({
  input_ids: z.array(z.array(z.number())),
  attention_mask: z.array(z.array(z.number())),
  token_type_ids: z.array(z.array(z.number())).optional(),
  /** One an example, or one a token. */
  labels: z.array(z.union([z.number(), z.array(z.number())])),
  /** Token classification: the labels with those of words at their first tokens alone, and each token's word (−1 = none). */
  labels_first_subtoken: z.array(z.array(z.number())).optional(),
  word_ids: z.array(z.array(z.number())).optional(),
  max_length: z.number(),
  examples: z.array(
    z.union([
      z.object({ text: z.string(), pair: z.string().optional() }).loose(),
      z.object({ words: z.array(z.string()), tags: z.array(z.string()) }),
    ]),
  ),
})

/** One stored batch. */
export type StoredBatch = z.infer<typeof batchSchema>

const tokenizationSchema = z.object({
  text: z.string().optional(),
  pair: z.string().optional(),
  /** In place of a text, with `word_ids`: each token's word, −1 = none. */
  words: z.array(z.string()).optional(),
  word_ids: z.array(z.number()).optional(),
  max_length: z.number().optional(),
  input_ids: z.array(z.number()),
  /** Absent where the model reads no types. */
  token_type_ids: z.array(z.number()).optional(),
})

const maskCaseSchema = z.object({
  id: z.string(),
  method: z.string(),
  p: z.number(),
  q: z.number(),
  layers: z.array(z.number()),
  region: z.enum(['high', 'low']),
  grad: z.string(),
})

const settledRowSchema = z.object({ loss: z.number(), logits: z.array(z.array(z.number())).optional() })

const casesSchema = z.object({
  name: z.string(),
  arch: z.string(),
  task: z.string(),
  num_labels: z.number(),
  /** Names of token labels, in index order. */
  label_names: z.array(z.string()).optional(),
  batches: z.record(z.string(), batchSchema),
  main: z.object({ scalar: z.number(), loss_first_subtoken: z.number().optional() }),
  one: z.object({ scalar: z.number().optional(), p: z.number(), q: z.number() }).loose(),
  mask_cases: z.array(maskCaseSchema),
  tokenization: z.array(tokenizationSchema),
  vdrop: z.object({ p: z.number() }).optional(),
  all_dropped_row: z
    .object({
      layer: z.number(),
      literal: settledRowSchema,
      skip: settledRowSchema,
      top1: settledRowSchema,
    })
    .loose()
    .optional(),
  train: z.object({
    epochs: z.number(),
    batches: z.array(z.string()),
    ad_epochs: z.array(z.number()),
    p: z.number(),
    q: z.number(),
    layers: z.array(z.number()),
    lr: z.number(),
    eps: z.number(),
    betas: z.tuple([z.number(), z.number()]),
    weight_decay: z.number(),
    losses: z.record(z.string(), z.array(z.number())),
    final_parameter_norms: z.record(z.string(), z.record(z.string(), z.number())),
    final_logits_train0: z.record(
      z.string(),
      z.array(z.union([z.array(z.number()), z.array(z.array(z.number()))])),
    ),
  }),
})

/** One (p, q) case. */
export type MaskCase = z.infer<typeof maskCaseSchema>

/** A fixture in memory. */
export interface ParityFixture {
  readonly folder: string
  readonly name: string
  readonly config: ModelConfig
  readonly cases: z.infer<typeof casesSchema>
  readonly checkpoint: LoadedCheckpoint
  /** Reference values by name. */
  expected(name: string): Numbers
  hasExpected(name: string): boolean
  /** Tensors of the checkpoint's weights; the caller disposes them. */
  parameters(): Parameters
  /** A batch of the fixture as tensors; the caller disposes it. */
  batch(name: string): Batch
}

/**
 * Reads a fixture.
 *
 * @param folder holds cases.json, expected.safetensors and model/
 * @failure file-unreadable, checkpoint-…
 */
export async function readParityFixture(folder: string): Promise<ParityFixture> {
  const cases = casesSchema.parse(JSON.parse(await readFile(join(folder, 'cases.json'), 'utf8')))
  const checkpoint = await loadCheckpointFolder(join(folder, 'model'))
  const arrays = await readSafetensors(join(folder, 'expected.safetensors'))
  const config: ModelConfig = {
    ...checkpoint.config,
    taskKind: fixtureKind(cases),
  }
  return {
    folder,
    name: cases.name,
    config,
    cases,
    checkpoint,
    expected(name) {
      const array = arrays.get(name)
      if (array === undefined) throw new Error(`The fixture ${cases.name} has no array ${name}.`)
      return toNumbers(array)
    },
    hasExpected: (name) => arrays.has(name),
    parameters: () =>
      new Map(
        [...checkpoint.tensors].map(([name, t]) => [name, tf.tensor(t.values, [...t.shape], 'float32')]),
      ),
    batch(name) {
      const found = cases.batches[name]
      if (found === undefined) throw new Error(`The fixture ${cases.name} has no batch ${name}.`)
      return batchOf(found, config)
    },
  }
}

function fixtureKind({ task, num_labels: outputs }: z.infer<typeof casesSchema>): TaskKind {
  if (task === 'tok') return 'token-classification'
  return outputs === 1 ? 'regression' : 'classification'
}

/** The batch with exactly the padding the fixture has. */
function batchOf(stored: z.infer<typeof batchSchema>, config: ModelConfig): Batch {
  const types = stored.token_type_ids ?? stored.input_ids.map((row) => row.map(() => 0))
  const encoded = stored.input_ids.map((inputIds, row) => ({
    inputIds,
    tokenTypeIds: types[row]!,
    ...labelsOf(stored.labels[row]!),
  }))
  const padded = makeBatch(encoded, config)
  padded.inputs.isReal.dispose()
  const inputs = { ...padded.inputs, isReal: tf.tensor2d(stored.attention_mask, undefined, 'float32') }
  const { labels, weights } = padded.targets
  return { inputs, targets: headOf(config.taskKind).targets(labels, weights!, inputs) }
}

/** Labels of an example, or of its tokens. */
function labelsOf(labels: number | readonly number[]): Pick<EncodedExample, 'label' | 'words'> {
  return typeof labels === 'number' ? { label: labels } : { words: { firstTokens: [], tokenLabels: labels } }
}
