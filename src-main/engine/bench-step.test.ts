import { beforeAll, describe, expect, it } from 'vitest'
import { loadTensorEngine, type LoadedEngine } from '@main/tensor-backend/load-backend.ts'
import { benchMethods } from './bench-methods.ts'
import { benchStep } from './bench-step.ts'

let engine: LoadedEngine
beforeAll(async () => {
  process.env['LAB_FUSION'] = 'off'
  engine = await loadTensorEngine('tensorflow')
})

describe('the bench of a step', () => {
  it('times every method at a width of real models, where a trace refuses captured matrices', () => {
    // Weights, hidden states and attention all have more entries than a trace may capture as a constant.
    const answer = benchStep(
      {
        ...{ layers: 1, hidden: 288, heads: 6, intermediate: 288, vocab: 31, batch: 4, length: 64 },
        ...{ precision: 'float32', attributionPrecision: 'float32', maskedLayers: 'all', steps: 1 },
        methods: [...benchMethods],
      },
      engine,
    )

    expect(Object.keys(answer.methods)).toEqual(benchMethods)
    for (const [name, { medianMs }] of Object.entries(answer.methods))
      expect(medianMs, name).toBeGreaterThan(0)
  })
})
