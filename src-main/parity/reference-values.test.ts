/** The engine against the reference values of the repository, which PyTorch and transformers computed (tools/reference-values). */
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { loadTensorEngine, type LoadedEngine } from '@main/tensor-backend/load-backend.ts'
import { recordCloseness } from '@main/testing/expect-close.ts'
import { runParity } from './run-parity.ts'
import type { EngineName } from '@main/tensor-backend/choose-engine.ts'

/** Kinds of quantities that must be there: none may be left out without a test that notices. */
const ofEveryFamily = [
  'tokenizer: ids and types of 4 texts',
  'main.embeddings',
  'main.hidden.2',
  'main.attn.1',
  'main.logits',
  'main.loss',
  'main.scalar',
  'main.ga.0',
  'main.mask.m0.threshold.0',
  'main.mask.m0.protected.0',
  'main.mask.m2.loss',
  'one.masked_loss',
  'static.logits',
  'train.masked_epochs',
  'train.keep.2.0',
  'train.losses.ft_hf',
  'train.losses.ct_hf',
  'train.final_logits.ft_hf',
]

/** BERT has every quantity; the others, what a family has of its own. */
const ofFamily = {
  bert: [
    'main.ga_gold.0',
    'main.iga_true.0',
    'main.iga_authors.0',
    'main.grad.bert.embeddings.word_embeddings.weight',
    'main.grad.bert.encoder.layer.0.attention.self.query.weight',
    'main.mask.m1.keep.0',
    'main.mask.m0.grad.classifier.weight',
    'train.losses.ft_torch',
    'train.norm.ct_hf.bert.pooler.dense.weight',
  ],
  roberta: [
    'main.grad.roberta.embeddings.position_embeddings.weight',
    'main.grad.classifier.dense.weight',
    'train.norm.ct_hf.roberta.embeddings.LayerNorm.weight',
  ],
  electra: [
    'main.grad.electra.embeddings_project.weight',
    'main.grad.classifier.out_proj.weight',
    'train.norm.ct_hf.electra.embeddings_project.weight',
  ],
  distilbert: [
    'main.grad.pre_classifier.weight',
    'train.norm.ct_hf.distilbert.transformer.layer.1.sa_layer_norm.weight',
  ],
} as const

const load = (name: EngineName): Promise<LoadedEngine> => {
  process.env['LAB_FUSION'] ??= 'off'
  return loadTensorEngine(name)
}

describe('the engine agrees with PyTorch and transformers on every quantity of a tiny model', () => {
  it.each([
    ['bert', 'cpu', 'eager'],
    ['bert', 'tensorflow', 'eager'],
    ['bert', 'tensorflow', 'traced'],
    ['roberta', 'cpu', 'eager'],
    ['roberta', 'tensorflow', 'traced'],
    ['electra', 'cpu', 'eager'],
    ['electra', 'tensorflow', 'traced'],
    ['distilbert', 'cpu', 'eager'],
    ['distilbert', 'tensorflow', 'traced'],
  ] as const)('%s: %s, %s', async (family, engine, execution) => {
    const folder = fileURLToPath(new URL(`testing/${family}-tiny`, import.meta.url))
    const report = await runParity([folder], await load(engine), execution, () => undefined)

    for (const { quantity, maxAbs, maxRel, rtol, atol } of report.cases)
      recordCloseness(
        { distance: maxAbs, limit: atol + (maxRel === 0 ? 0 : (rtol * maxAbs) / maxRel) },
        quantity,
      )
    expect(report.skipped).toEqual([])
    expect(report.cases.filter((row) => !row.pass)).toEqual([])
    const quantities = report.cases.map(({ quantity }) => quantity)
    expect(quantities).toEqual(expect.arrayContaining([...ofEveryFamily, ...ofFamily[family]]))
  })
})
