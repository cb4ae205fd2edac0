import { beforeAll, describe, expect, it } from 'vitest'
import { loadTensorEngine, type LoadedEngine } from '@main/tensor-backend/load-backend.ts'
import { benchMethods } from './bench-methods.ts'
import { benchStep } from './bench-step.ts'

let engine: LoadedEngine
beforeAll(async () => {
  process.env['LAB_FUSION'] ??= 'off'
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
    for (const [name, { minMs, medianMs, maxMs }] of Object.entries(answer.methods)) {
      expect(Number.isFinite(medianMs), name).toBe(true)
      expect([minMs, maxMs], name).toEqual([medianMs, medianMs])
    }
  })

  it('gives the median, the range and the ratio of the steps after those that compile', () => {
    const size = { layers: 2, hidden: 6, heads: 3, intermediate: 10, vocab: 11, batch: 2, length: 5 }
    // Two rounds that compile, then three that count; in each, fine-tuning and then R-Drop.
    const durations = [900, 800, 700, 600, 30, 90, 10, 50, 20, 60]
    let [readings, clock] = [0, 0]
    const now = (): number => (readings++ % 2 === 0 ? clock : (clock += durations[(readings >> 1) - 1]!))

    const { methods } = benchStep(
      {
        ...size,
        ...{ precision: 'float32', attributionPrecision: 'float32', maskedLayers: 'all', steps: 3 },
        methods: ['fine-tuning', 'r-drop'],
      },
      engine,
      now,
    )

    // Products of a layer: four of E × E and two of E × F for every token, two of T × E for every pair; backward twice.
    const flops = 3 * 2 * (2 * 10 * (4 * 36 + 2 * 60) + 2 * 2 * 2 * 25 * 6)
    expect(methods).toEqual({
      'fine-tuning': { medianMs: 20, minMs: 10, maxMs: 30, ratio: 1, gflops: flops / 20 / 1e6 },
      'r-drop': { medianMs: 60, minMs: 50, maxMs: 90, ratio: 3, gflops: flops / 60 / 1e6 },
    })
  })

  it('refuses heads that do not divide the hidden units', () => {
    const size = { layers: 1, hidden: 7, heads: 2, intermediate: 3, vocab: 5, batch: 1, length: 2 }

    expect(() =>
      benchStep(
        {
          ...size,
          ...{ precision: 'float32', attributionPrecision: 'float32', maskedLayers: 'all', steps: 1 },
          methods: ['fine-tuning'],
        },
        engine,
      ),
    ).toThrow('7 hidden units cannot be split among 2 heads')
  })
})
