import { mkdtempSync, rmSync, existsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeTinyFolder } from '@main/checkpoints/testing/tiny-checkpoint.ts'
import { loadTensorEngine, type TensorEngine } from '@main/tensor-backend/load-backend.ts'
import { attributeCases, attributeRequest, type AttributeAnswer } from './attribute-cases.ts'

let folder = ''
let engine: TensorEngine
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lab-attribute-'))
  engine = await loadTensorEngine('cpu')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const attributed = (
  checkpoint: string,
  cases: unknown = [{ text: 'a b', label: 0 }],
): Promise<AttributeAnswer> => {
  writeFileSync(join(folder, 'cases.json'), typeof cases === 'string' ? cases : JSON.stringify(cases))
  const request = {
    checkpoint,
    cases: join(folder, 'cases.json'),
    method: 'gradient',
    out: join(folder, 'out.safetensors'),
    candidateRegionRatio: 0.3,
    discardRate: 0.3,
    layers: 'all',
    target: 'pseudo-label',
    discards: 'high-attribution',
    seed: 1,
    maxLength: null,
  }
  return attributeCases(attributeRequest.parse(request), engine)
}

/** The tiny model with small weights, those of one tensor from a place on as given. */
const withValue = (value: number, name = 'layer.1.output.dense.weight', from = 8): Promise<string> =>
  writeTinyFolder({
    tensors: (tensors) =>
      tensors.map((tensor) => ({
        ...tensor,
        values: tensor.values.map((own, at) => (tensor.name.endsWith(name) && at >= from ? value : own / 64)),
      })),
  })

it('writes attributions of a whole checkpoint', async () => {
  const { layers, tokens } = await attributed(await withValue(0.01))
  expect(layers).toEqual([0, 1])
  expect(tokens).toEqual([['[CLS]', 'a', 'b', '[SEP]']])
})

it('writes nothing for weights that are not finite, and names the first', async () => {
  rmSync(join(folder, 'out.safetensors'), { force: true })
  for (const value of [NaN, Infinity])
    await expect(attributed(await withValue(value))).rejects.toMatchObject({
      code: 'checkpoint-not-finite',
      message: expect.stringContaining('bert.encoder.layer.1.output.dense.weight[0, 8]') as string,
    })
  expect(existsSync(join(folder, 'out.safetensors'))).toBe(false)
})

it('writes nothing where finite weights are so large that no number comes out', async () => {
  await expect(attributed(await withValue(3e38, 'embeddings.LayerNorm.weight', 0))).rejects.toMatchObject({
    code: 'checkpoint-not-finite',
    message: expect.stringMatching(/comes out as NaN or infinity/) as string,
  })
  expect(existsSync(join(folder, 'out.safetensors'))).toBe(false)
})

it('refuses cases that are no JSON, or nested without end', async () => {
  const whole = await withValue(0.01)
  await expect(attributed(whole, 'text')).rejects.toMatchObject({ code: 'file-unreadable' })
  await expect(attributed(whole, '['.repeat(100_000))).rejects.toMatchObject({
    code: 'file-unreadable',
    message: expect.stringContaining('nested') as string,
  })
  await expect(attributed(whole, [{ words: 'a' }])).rejects.toMatchObject({ code: 'invalid-argument' })
})

it('refuses a checkpoint that classifies words: its classifier reads no text as a whole', async () => {
  const ofWords = await writeTinyFolder({
    config: (config) => ({ ...config, architectures: ['BertForTokenClassification'] }),
  })
  await expect(attributed(ofWords)).rejects.toMatchObject({
    code: 'task-mismatch',
    message: expect.stringContaining('classifier of words') as string,
  })
})
