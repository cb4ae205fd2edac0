/** The engine against the reference values of the repository, which PyTorch and transformers computed (tools/reference-values). */
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { loadTensorEngine, type LoadedEngine } from '@main/tensor-backend/load-backend.ts'
import { recordCloseness } from '@main/testing/expect-close.ts'
import { runParity } from './run-parity.ts'
import type { EngineName } from '@main/tensor-backend/choose-engine.ts'

const folder = fileURLToPath(new URL('testing/bert-tiny', import.meta.url))

/** Kinds of quantities that must be there: none may be left out without a test that notices. */
const kinds = [
  'tokenizer: ids and types of 4 texts',
  'main.embeddings',
  'main.hidden.2',
  'main.attn.1',
  'main.logits',
  'main.loss',
  'main.scalar',
  'main.ga.0',
  'main.ga_gold.0',
  'main.iga_true.0',
  'main.iga_authors.0',
  'main.grad.bert.embeddings.word_embeddings.weight',
  'main.grad.bert.encoder.layer.0.attention.self.query.weight',
  'main.mask.m0.threshold.0',
  'main.mask.m0.protected.0',
  'main.mask.m1.keep.0',
  'main.mask.m2.loss',
  'main.mask.m0.grad.classifier.weight',
  'one.masked_loss',
  'static.logits',
  'train.masked_epochs',
  'train.keep.2.0',
  'train.losses.ft_hf',
  'train.losses.ct_hf',
  'train.losses.ft_torch',
  'train.norm.ct_hf.bert.pooler.dense.weight',
  'train.final_logits.ft_hf',
]

const load = (name: EngineName): Promise<LoadedEngine> => {
  process.env['LAB_FUSION'] ??= 'off'
  return loadTensorEngine(name)
}

describe('the engine agrees with PyTorch and transformers on every quantity of a tiny BERT', () => {
  it.each([
    ['cpu', 'eager'],
    ['tensorflow', 'eager'],
    ['tensorflow', 'traced'],
  ] as const)('%s, %s', async (name, execution) => {
    const report = await runParity([folder], await load(name), execution, () => undefined)

    for (const { quantity, maxAbs, maxRel, rtol, atol } of report.cases)
      recordCloseness(
        { distance: maxAbs, limit: atol + (maxRel === 0 ? 0 : (rtol * maxAbs) / maxRel) },
        quantity,
      )
    expect(report.skipped).toEqual([])
    expect(report.cases.filter((row) => !row.pass)).toEqual([])
    expect(report.cases.map(({ quantity }) => quantity)).toEqual(expect.arrayContaining(kinds))
  })
})
