import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inspectCheckpointFolder } from '@main/checkpoints/checkpoint-folder.ts'
import { readSafetensors, writeSafetensors } from '@main/checkpoints/safetensors.ts'
import { toFloat32 } from '@main/checkpoints/stored-numbers.ts'
import type { RunRecord } from '@main/storage/run-record.ts'
import { prepareRun } from './prepared-run.ts'
import { tinyRun } from './testing/tiny-run.ts'

let home = ''
let record: RunRecord
let folder = ''
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'lab-prepared-'))
  record = (await tinyRun(home)).folder.read()
  folder = record.checkpoint.folder
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

const width = 12

/** The tiny model with a classifier that gives its output 0 for every text, and what config.json says of it. */
async function withHead(changes: Readonly<Record<string, unknown>>, outputs = 2): Promise<RunRecord> {
  const path = join(folder, 'config.json')
  const config = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
  writeFileSync(
    path,
    JSON.stringify({ ...config, ad_drop_lab: undefined, finetuning_task: undefined, ...changes }),
  )
  const weights = join(folder, 'model.safetensors')
  const stored = [...(await readSafetensors(weights)).values()].map((tensor) => {
    const values = toFloat32(tensor).slice()
    if (tensor.name === 'classifier.weight')
      return {
        name: tensor.name,
        dtype: 'float32' as const,
        shape: [outputs, width],
        values: Float32Array.from({ length: outputs * width }, (_, at) => Math.floor(at / width) + 1),
      }
    if (tensor.name === 'classifier.bias')
      return {
        name: tensor.name,
        dtype: 'float32' as const,
        shape: [outputs],
        values: Float32Array.from({ length: outputs }, (_, at) => (at === 0 ? 500 : -500)),
      }
    return { name: tensor.name, dtype: 'float32' as const, shape: tensor.shape, values }
  })
  await writeSafetensors(weights, stored, { format: 'pt' })
  const { checkpointId, files } = await inspectCheckpointFolder(folder, '')
  return { ...record, checkpoint: { checkpointId, folder, files } }
}

async function headOf(
  changed: RunRecord,
): Promise<{ weight: number[]; bias: number[]; notes: readonly string[] }> {
  const prepared = await prepareRun(home, changed)
  const parameters = await prepared.createParameters()
  const [weight, bias] = ['classifier.weight', 'classifier.bias'].map((name) => [
    ...parameters.get(name)!.dataSync(),
  ])
  tf.dispose([...parameters.values()])
  return { weight: weight!, bias: bias!, notes: prepared.notes }
}

const names = (...labels: unknown[]) => ({
  id2label: Object.fromEntries(labels.map((label, id) => [id, label])),
  label2id: undefined,
})

describe('the classifier that a run begins with', () => {
  it('is the checkpoint’s with its outputs in the order of the data’s labels', async () => {
    const same = await headOf(await withHead(names('0', '1')))
    expect(same.bias).toEqual([500, -500])
    expect(same.notes[0]).toBe('The checkpoint’s classifier is reused: its labels are 0, 1.')

    const swapped = await headOf(await withHead(names(1, 0)))
    expect(swapped.bias).toEqual([-500, 500])
    expect(swapped.weight).toEqual([...Array<number>(width).fill(2), ...Array<number>(width).fill(1)])
    expect(swapped.notes[0]).toMatch(/reused.*which it has in the order 1, 0/)
  })

  it('is a new one where the labels are others, and the record says so', async () => {
    for (const [changes, reason] of [
      [names('entailment', 'not_entailment'), /labels entailment, not_entailment, the data 0, 1/],
      [names('LABEL_0', 'LABEL_1'), /does not say what they mean/],
      [{ ...names('0', '1'), finetuning_task: 'mrpc' }, /trained for mrpc/],
      [{ ...names('0', '1'), label2id: { '0': 1, '1': 0 } }, /disagree/],
      [{ ...names('0', '1'), architectures: ['BertForMultipleChoice'] }, /BertForMultipleChoice/],
      [{ ...names('0', '1'), architectures: ['BertForTokenClassification'] }, /a label for every word/],
    ] as const) {
      const { bias, notes } = await headOf(await withHead(changes))
      expect(bias).toEqual([0, 0])
      expect(notes[0]).toMatch(reason)
    }
  })

  it('is a new one where the checkpoint’s has another number of outputs', async () => {
    const { bias, weight, notes } = await headOf(
      await withHead({ ...names('0', '1', '2'), architectures: ['BertForSequenceClassification'] }, 3),
    )
    expect(bias).toEqual([0, 0])
    expect(weight).toHaveLength(2 * width)
    expect(notes[0]).toMatch(/has 3 outputs, the task needs 2/)
  })
})
