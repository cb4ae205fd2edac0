import { beforeAll, describe, expect, it } from 'vitest'
import { methodDefinitions } from '@shared/config/method-config.ts'
import { modelTypes, type ModelType } from '@shared/results/checkpoint-summary.ts'
import { modelWeights, exemptFromDecay, namesOf } from '../models/model-weights.ts'
import { usePlainBackend } from '../testing/plain-backend.ts'
import { tinyFamilies } from '../testing/tiny-model.ts'
import { perturbedWeights } from './perturbed-step.ts'
import { trained } from './testing/method-step.ts'

beforeAll(usePlainBackend)

/** Settings under which a method's effect shows after one step. */
const strong: Readonly<Record<string, object>> = {
  'ad-drop': { candidateRegionRatio: 0.9, discardRate: 0.9, crossTuning: false },
  'super-tickets': { prunedHeads: 0.4, prunedFeedForward: 0.6 },
}

describe.each(modelTypes)('on %s', (family) => {
  const config = tinyFamilies[family]
  const plain = (): string => JSON.stringify([...trained({ kind: 'fine-tuning' }, config, 1).weights])

  it.each(Object.keys(methodDefinitions).filter((kind) => kind !== 'fine-tuning'))(
    '%s changes what a step does to the weights',
    (kind) => {
      const { losses, weights } = trained({ kind, ...strong[kind] }, config, 1)
      const ofModel = [...weights].filter(([name]) => modelWeights(config, 2).has(name))

      expect(losses.every(Number.isFinite)).toBe(true)
      expect(JSON.stringify(ofModel)).not.toBe(plain())
    },
  )

  it('perturbs matrices that were pre-trained, and decays no bias and no norm', () => {
    const perturbed = perturbedWeights(config)
    const blocks = namesOf(config, ({ part, role }) => part === 'block' && role === 'matrix')

    expect(blocks.size).toBe(6 * config.numHiddenLayers)
    for (const name of blocks) expect(perturbed.has(name)).toBe(true)
    for (const { name, part, role } of modelWeights(config, 2).values()) {
      if (part === 'head' || role !== 'matrix') expect(perturbed.has(name)).toBe(false)
      const isExempt = exemptFromDecay(config, [name]).has(name)
      expect(isExempt).toBe(name.endsWith('.bias') || /norm/iu.test(name))
    }
  })
})

describe('the weights of a family', () => {
  const expected: Readonly<Record<ModelType, readonly string[]>> = {
    bert: ['bert.pooler.dense.weight', 'classifier.weight'],
    roberta: ['classifier.dense.weight', 'classifier.out_proj.weight'],
    electra: ['electra.embeddings_project.weight', 'classifier.dense.weight', 'classifier.out_proj.weight'],
    distilbert: ['pre_classifier.weight', 'classifier.weight'],
  }

  it.each(modelTypes)(
    '%s: outside its blocks the matrices are named as transformers names them',
    (family) => {
      const config = tinyFamilies[family]
      const outside = namesOf(config, ({ role, part }) => role === 'matrix' && part !== 'block')

      expect([...outside]).toEqual(expected[family])
    },
  )
})
