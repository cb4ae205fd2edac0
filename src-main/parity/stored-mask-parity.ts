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
import {
  drawKeepMask,
  settleAllDroppedRows,
} from '@main/ml/regularizers/attribution-dropout/keep-mask.ts'
import { inScope } from '@main/ml/tensors/in-scope.ts'
import { compareNumbers, tolerances, type ComparisonRow } from './comparison-row.ts'
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
 */
export async function compareStoredMasks(folder: string): Promise<ComparisonRow[]> {
  const stored = storedMasks.parse(JSON.parse(await readFile(join(folder, 'masks.json'), 'utf8')))
  const arrays = await readSafetensors(join(folder, 'masks.safetensors'))
  return inScope(() => [
    ...compareFloorTable(stored.floor_table),
    ...stored.cases.flatMap((stored) => compareCase(stored, arrays)),
    ...stored.random.flatMap((stored) => compareRandom(stored, arrays)),
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

function compareCase(stored: StoredMasks['cases'][number], arrays: Arrays): ComparisonRow[] {
  const { id, name, p, q, n } = stored
  const tensor = (part: string): tf.Tensor4D => tensorOf(arrays, `${id}.${part}`)
  const scores = tensor('scores')
  const isReal = realColumns(n, scores.shape[3])
  const discards = stored.method === 'low' ? 'low-attribution' : 'high-attribution'
  const region = candidateRegion(scores, isReal, p, discards)
  const keepMask = drawKeepMask(region.isProtected, tensor('uniform'), isReal, q)
  const real = tf.reshape(isReal, [isReal.shape[0], 1, 1, isReal.shape[1]])
  const compare = (part: string, actual: tf.Tensor): ComparisonRow =>
    compareNumbers(
      'masks',
      `${name}: ${part}`,
      actual.dataSync(),
      numbersOf(arrays, `${id}.${part}`),
      tolerances.exact,
    )
  const indices = n.map((tokens) => thresholdIndex(tokens, p, discards))
  return [
    compareNumbers('masks', `${name}: k`, indices, stored.k, tolerances.exact),
    compare('threshold', region.threshold),
    compare('protected', tf.mul(tf.cast(region.isProtected, 'float32'), real)),
    compare('keep', keepMask),
    compare('keep_skip', settleAllDroppedRows(keepMask, isReal, 'keep-row')),
    compare('keep_top1', settleAllDroppedRows(keepMask, isReal, 'keep-top', scores)),
  ]
}

function compareRandom(stored: StoredMasks['random'][number], arrays: Arrays): ComparisonRow[] {
  const { id, p, q } = stored
  const isReal = tensorOf<tf.Tensor2D>(arrays, `${id}.mask`)
  const isProtected = tf.greaterEqual<tf.Tensor4D>(tensorOf(arrays, `${id}.u1`), p)
  const keepMask = drawKeepMask(isProtected, tensorOf(arrays, `${id}.u2`), isReal, q)
  const expected = numbersOf(arrays, `${id}.keep`)
  return [compareNumbers('masks', `random ${id}: keep`, keepMask.dataSync(), expected, tolerances.exact)]
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
