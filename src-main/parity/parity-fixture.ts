/** A folder of reference values: a tiny model, the batches it was fed, what it must give. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { z } from 'zod'
import { loadCheckpointFolder } from '@main/checkpoints/checkpoint-folder.ts'
import { readSafetensors } from '@main/checkpoints/safetensors.ts'
import { toNumbers } from '@main/checkpoints/stored-numbers.ts'
import { makeBatch } from '@main/ml/training/make-batch.ts'
import type { LoadedCheckpoint } from '@main/checkpoints/checkpoint-folder.ts'
import type { Batch } from '@main/ml/regularizers/regularizer.ts'
import type { Numbers } from './comparison-row.ts'
import type { Parameters } from '@main/ml/models/parameters.ts'

const batchSchema = z.object({
  input_ids: z.array(z.array(z.number())),
  attention_mask: z.array(z.array(z.number())),
  token_type_ids: z.array(z.array(z.number())).optional(),
  labels: z.array(z.number()),
  max_length: z.number(),
  examples: z.array(z.object({ text: z.string(), pair: z.string().optional() }).loose()),
})

const tokenizationSchema = z.object({
  text: z.string(),
  pair: z.string().optional(),
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

const casesSchema = z.object({
  name: z.string(),
  arch: z.string(),
  task: z.string(),
  num_labels: z.number(),
  batches: z.record(z.string(), batchSchema),
  main: z.object({ scalar: z.number(), pseudo_labels: z.array(z.number()).nullable() }),
  one: z.object({ scalar: z.number().optional(), p: z.number(), q: z.number() }).loose(),
  mask_cases: z.array(maskCaseSchema),
  tokenization: z.array(tokenizationSchema),
  vdrop: z.object({ p: z.number() }).optional(),
  all_dropped_row: z
    .object({
      layer: z.number(),
      literal: z.object({ loss: z.number(), logits: z.array(z.array(z.number())) }),
      skip: z.object({ loss: z.number(), logits: z.array(z.array(z.number())) }),
      top1: z.object({ loss: z.number(), logits: z.array(z.array(z.number())) }),
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
    final_logits_train0: z.record(z.string(), z.array(z.array(z.number()))),
  }),
})

/** One (p, q) case. */
export type MaskCase = z.infer<typeof maskCaseSchema>

/** A fixture in memory. */
export interface ParityFixture {
  readonly folder: string
  readonly name: string
  readonly kind: 'classification' | 'regression'
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
  const kind = cases.num_labels === 1 ? 'regression' : 'classification'
  return {
    folder,
    name: cases.name,
    kind,
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
      return batchOf(found, kind, checkpoint.config.padTokenId)
    },
  }
}

/** The batch with exactly the padding the fixture has. */
function batchOf(
  stored: z.infer<typeof batchSchema>,
  kind: 'classification' | 'regression',
  padTokenId: number,
): Batch {
  const types = stored.token_type_ids ?? stored.input_ids.map((row) => row.map(() => 0))
  const encoded = stored.input_ids.map((inputIds, row) => ({
    inputIds,
    tokenTypeIds: types[row]!,
    label: stored.labels[row]!,
  }))
  const padded = makeBatch(encoded, kind, padTokenId)
  padded.inputs.isReal.dispose()
  return {
    ...padded,
    inputs: { ...padded.inputs, isReal: tf.tensor2d(stored.attention_mask, undefined, 'float32') },
  }
}
