/** Regions and keep masks from stored scores (`masks.json`): ties, zero rows, k = 0, the float32 floor. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { z } from 'zod'
import { readSafetensors } from '@main/checkpoints/safetensors.ts'
import { toNumbers } from '@main/checkpoints/stored-numbers.ts'
import {
  candidateRegion,
  thresholdIndex,
} from '@main/ml/regularizers/attribution-dropout/candidate-region.ts'
import { drawKeepMask, settleAllDroppedRows } from '@main/ml/regularizers/attribution-dropout/keep-mask.ts'
import { inScope } from '@main/ml/tensors/in-scope.ts'
import { compareNumbers, tolerances, type ComparisonRow } from './comparison-row.ts'
import { toCompare, type Execution } from './quantity.ts'
import type { StoredTensor } from '@main/checkpoints/stored-numbers.ts'

const ratio = z.number()
const storedMasks = z.object({
  cases: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      method: z.enum(['high', 'low']),
      p: ratio,
      q: ratio,
      n: z.array(z.number()),
      k: z.array(z.number()),
    }),
  ),
  random: z.array(z.object({ id: z.string(), p: ratio, q: ratio })),
  floor_table: z.object({
    p: z.array(ratio),
    k_high: z.array(z.array(z.number())),
    k_low: z.array(z.array(z.number())).optional(),
  }),
})

type StoredMasks = z.infer<typeof storedMasks>
type Arrays = ReadonlyMap<string, StoredTensor>

/**
 * Compares every case of `masks.json`.
 *
 * @param folder holds masks.json and masks.safetensors
 * @param execute how tensors are computed
 */
export async function compareStoredMasks(folder: string, execute: Execution): Promise<ComparisonRow[]> {
  const stored = storedMasks.parse(JSON.parse(await readFile(join(folder, 'masks.json'), 'utf8')))
  const arrays = await readSafetensors(join(folder, 'masks.safetensors'))
  return inScope(() => [
    ...compareFloorTable(stored.floor_table),
    ...stored.cases.flatMap((stored) => compareCase(stored, arrays, execute)),
    ...stored.random.flatMap((stored) => compareRandom(stored, arrays, execute)),
  ])
}

function compareFloorTable(table: StoredMasks['floor_table']): ComparisonRow[] {
  return table.p.map((p, row) => {
    const expected = table.k_high[row]!
    const actual = expected.map((_, n) => thresholdIndex(n, p, 'high-attribution'))
    return compareNumbers(
      'masks',
      `k for p = ${p}, n = 0 … ${expected.length - 1}`,
      actual,
      expected,
      tolerances.exact,
    )
  })
}

function compareCase(
  stored: StoredMasks['cases'][number],
  arrays: Arrays,
  execute: Execution,
): ComparisonRow[] {
  const { id, name, p, q, n } = stored
  const scores = tensorOf<tf.Tensor4D>(arrays, `${id}.scores`)
  const given = {
    scores,
    uniform: tensorOf(arrays, `${id}.uniform`),
    isReal: realColumns(n, scores.shape[3]),
  }
  const discards = stored.method === 'low' ? 'low-attribution' : 'high-attribution'
  const rows = execute(given, (inputs) => {
    const isReal = inputs['isReal'] as tf.Tensor2D
    const ranked = inputs['scores'] as tf.Tensor4D
    const region = candidateRegion(ranked, isReal, p, discards)
    const keepMask = drawKeepMask(region.isProtected, inputs['uniform'] as tf.Tensor4D, isReal, q)
    const real = tf.reshape(isReal, [isReal.shape[0], 1, 1, isReal.shape[1]])
    const parts = {
      threshold: region.threshold,
      protected: tf.mul(tf.cast(region.isProtected, 'float32'), real),
      keep: keepMask,
      keep_skip: settleAllDroppedRows(keepMask, isReal, 'keep-row'),
      keep_top1: settleAllDroppedRows(keepMask, isReal, 'keep-top-1', ranked),
    }
    return Object.entries(parts).map(([part, tensor]) =>
      toCompare('masks', `${name}: ${part}`, tensor, numbersOf(arrays, `${id}.${part}`), tolerances.exact),
    )
  })
  const indices = n.map((tokens) => thresholdIndex(tokens, p, discards))
  return [compareNumbers('masks', `${name}: k`, indices, stored.k, tolerances.exact), ...rows]
}

function compareRandom(
  { id, p, q }: StoredMasks['random'][number],
  arrays: Arrays,
  execute: Execution,
): ComparisonRow[] {
  const given = {
    isReal: tensorOf(arrays, `${id}.mask`),
    first: tensorOf(arrays, `${id}.u1`),
    second: tensorOf(arrays, `${id}.u2`),
  }
  return execute(given, (inputs) => {
    const isProtected = tf.greaterEqual<tf.Tensor4D>(inputs['first']!, p)
    const second = inputs['second'] as tf.Tensor4D
    const keepMask = drawKeepMask(isProtected, second, inputs['isReal'] as tf.Tensor2D, q)
    const expected = numbersOf(arrays, `${id}.keep`)
    return [toCompare('masks', `random ${id}: keep`, keepMask, expected, tolerances.exact)]
  })
}

function realColumns(realTokens: readonly number[], columns: number): tf.Tensor2D {
  return tf.tensor2d(
    realTokens.map((n) => Array.from({ length: columns }, (_, column) => (column < n ? 1 : 0))),
    undefined,
    'float32',
  )
}

function numbersOf(arrays: Arrays, name: string): ArrayLike<number> {
  const found = arrays.get(name)
  if (found === undefined) throw new Error(`masks.safetensors has no array ${name}.`)
  return toNumbers(found)
}

function tensorOf<Tensor extends tf.Tensor = tf.Tensor4D>(arrays: Arrays, name: string): Tensor {
  return tf.tensor(
    Float32Array.from(numbersOf(arrays, name)),
    [...arrays.get(name)!.shape],
    'float32',
  ) as Tensor
}
