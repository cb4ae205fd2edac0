import { describe, expect, it } from 'vitest'
import { methodConfig } from './method-config.ts'
import { methodLabel } from './method-label.ts'
import { shortNumber } from './methods/method-definition.ts'
import { runConfig } from './run-config.ts'
import { runName } from './run-name.ts'

const config = (method: unknown, training: unknown = {}) =>
  runConfig.parse({
    schemaVersion: 1,
    checkpoint: 'models/mini/',
    dataset: 'd',
    task: 'rte',
    method,
    training,
  })

describe('a run’s name', () => {
  it('says task, method with p and q, and seed', () => {
    expect(runName(config({ kind: 'ad-drop' }, { seed: 1 }))).toBe('rte · AD-DROP p.3 q.3 · s1')
    expect(runName(config({ kind: 'fine-tuning' }))).toBe('rte · FT · s42')
  })

  it('says what else varies among the runs launched together, and only that', () => {
    const run = config({ kind: 'fine-tuning' }, { learningRate: 5e-5, batchSize: 8 })
    expect(runName(run, ['training.learningRate', 'training.seed', 'method.kind'])).toBe(
      'rte · FT lr5e-5 · s42',
    )
    expect(runName(run, ['training.batchSize', 'limits.trainExamples', 'checkpoint'])).toBe(
      'rte · FT batch 8 all rows mini · s42',
    )
    const clipped = config({ kind: 'fine-tuning' }, { learningRateSchedule: 'linear', maxGradientNorm: 1 })
    const keys = ['training.learningRateSchedule', 'training.warmupRatio', 'training.maxGradientNorm']
    expect(runName(clipped, keys)).toBe('rte · FT linear lr warm-up 0 clip 1 · s42')
    expect(runName(run, keys.slice(2))).toBe('rte · FT unclipped · s42')
  })
})

describe('a method’s label', () => {
  const label = (settings: object, differing: string[] = []) =>
    methodLabel(methodConfig.parse({ kind: 'ad-drop', ...settings }), differing)

  it('shows settings that are not the default or that vary', () => {
    expect(label({})).toBe('AD-DROP p.3 q.3')
    expect(label({ attribution: 'random', layers: [0, 2], target: 'gold-label' })).toBe(
      'AD-DROP RD p.3 q.3 L0,2 gold',
    )
    expect(label({ discards: 'low-attribution', crossTuning: false })).toBe('AD-DROP p.3 q.3 low no cross')
    expect(label({}, ['method.attribution', 'method.layers'])).toBe('AD-DROP GA p.3 q.3 all layers')
  })

  it('names the integration rule and its points when they are not the paper’s or vary', () => {
    const settings = { attribution: 'integrated-gradient', integrationRule: 'gauss-legendre' }
    expect(label({ attribution: 'integrated-gradient' })).toBe('AD-DROP IGA p.3 q.3')
    expect(label(settings)).toBe('AD-DROP IGA Gauss p.3 q.3')
    expect(label({ ...settings, integrationPoints: 8 })).toBe('AD-DROP IGA Gauss m8 p.3 q.3')
    expect(label(settings, ['method.integrationPoints'])).toBe('AD-DROP IGA Gauss m5 p.3 q.3')
    expect(label({ attribution: 'integrated-gradient' }, ['method.integrationRule'])).toBe(
      'AD-DROP IGA Riemann p.3 q.3',
    )
  })

  it('writes numbers without a leading zero', () => {
    expect([0.3, 0.05, 1.5, 10, 5e-5, -0.2, 0].map(shortNumber)).toEqual([
      '.3',
      '.05',
      '1.5',
      '10',
      '5e-5',
      '-.2',
      '0',
    ])
  })
})
