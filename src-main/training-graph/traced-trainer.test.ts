import { beforeAll, describe, expect, it } from 'vitest'
import {
  adDrop,
  aBatch,
  distance,
  eager,
  fineTuning,
  loadEngine,
  phaseOf,
  rival,
  tinyOptimizer,
  traced,
  train,
  weightDistance,
  type Weights,
} from './testing/tiny-trainers.ts'
import type { OptimizerState } from '@main/ml/optimizers/optimizer.ts'
import type { StepPlace } from '@main/ml/training/trainer.ts'
import type { TracedTrainerPlan } from './trainer-plan.ts'

beforeAll(loadEngine)

/** Trains a traced and an eager trainer alike. */
function bothTrained(changes: Partial<TracedTrainerPlan>): {
  losses: [traced: number[], eager: number[]]
  weights: [traced: Weights, eager: Weights]
  states: [traced: OptimizerState, eager: OptimizerState]
} {
  const [graph, operations] = [traced(changes), eager(changes)]
  const losses: [number[], number[]] = [train(graph, changes), train(operations, changes)]
  const weights: [Weights, Weights] = [graph.weights(), operations.weights()]
  const states: [OptimizerState, OptimizerState] = [graph.optimizerState(), operations.optimizerState()]
  graph.dispose()
  operations.dispose()
  return { losses, weights, states }
}

/** Protects nothing in rows of fewer than ten tokens (k = 0), and drops it all. */
const dropsAll = { candidateRegionRatio: 0.9, discardRate: 1 }

describe('a traced trainer', () => {
  it.each<[string, () => Partial<TracedTrainerPlan>]>([
    ['fine-tuning', () => ({ buckets: [5, 7] })],
    ['fine-tuning on scores', () => ({ kind: 'regression' })],
    ['fine-tuning with clipped gradients', () => ({ maxGradientNorm: 0.5 })],
    [
      'fine-tuning with another β₂ and ε',
      () => ({ optimizer: { ...tinyOptimizer, beta2: 0.9, epsilon: 1e-4 } }),
    ],
    ['fine-tuning with PyTorch’s AdamW', () => ({ optimizer: { ...tinyOptimizer, form: 'pytorch' } })],
    ['random dropping', () => ({ method: adDrop({ attribution: 'random' }) })],
    ['attention attribution', () => ({ method: adDrop({ attribution: 'attention' }) })],
    ['gradient attribution', () => ({ method: adDrop() })],
    ['gradient attribution on scores', () => ({ method: adDrop(), kind: 'regression' })],
    [
      'the other end of the ranking, gold labels, one layer',
      () => ({ method: adDrop({ discards: 'low-attribution', target: 'gold-label', layers: [1] }) }),
    ],
    [
      'integrated gradients',
      () => ({ method: adDrop({ attribution: 'integrated-gradient', integrationPoints: 3 }) }),
    ],
    ['AD-DROP, first pass without dropout', () => ({ method: adDrop({ firstPassDropout: false }) })],
    ['AD-DROP, weights before dropout', () => ({ method: adDrop({ attributedWeights: 'before-dropout' }) })],
    [
      'AA, weights before dropout',
      () => ({ method: adDrop({ attribution: 'attention', attributedWeights: 'before-dropout' }) }),
    ],
    [
      'AA on scores, as released',
      () => ({
        method: adDrop({ attribution: 'attention', regressionAttention: 'as-released' }),
        kind: 'regression',
      }),
    ],
    [
      'IGA, integrand as released',
      () => ({
        method: adDrop({
          attribution: 'integrated-gradient',
          integrationPoints: 3,
          integratedGradients: 'as-released',
        }),
      }),
    ],
    [
      'IGA that loses dropout',
      () => ({
        method: adDrop({
          attribution: 'integrated-gradient',
          integrationPoints: 3,
          dropoutAfterIntegratedGradients: 'lost',
        }),
      }),
    ],
    [
      'random regions of exact size',
      () => ({ method: adDrop({ attribution: 'random', randomRegion: 'exact-size' }) }),
    ],
    [
      'k in double precision',
      () => ({ method: adDrop({ indexRule: 'float64', candidateRegionRatio: 0.8 }) }),
    ],
    [
      'rows that keep their best position',
      () => ({ method: adDrop({ ...dropsAll, allDroppedRows: 'keep-top-1' }) }),
    ],
    ['rows that lose everything', () => ({ method: adDrop({ ...dropsAll, allDroppedRows: 'literal' }) })],
    [
      'rows that lose everything to −10,000',
      () => ({ method: adDrop({ ...dropsAll, allDroppedRows: 'literal', maskedScore: 'as-released' }) }),
    ],
    ['R-Drop', () => ({ method: rival({ kind: 'r-drop' }) })],
    ['R-Drop on scores', () => ({ method: rival({ kind: 'r-drop', reduction: 'sum' }), kind: 'regression' })],
    ['Mixout', () => ({ method: rival({ kind: 'mixout' }) })],
    [
      'Mixout as released',
      () => ({ method: rival({ kind: 'mixout', mask: 'input-column', gradient: 'as-released' }) }),
    ],
    ['Child-Tuning F', () => ({ method: rival({ kind: 'child-tuning-f' }), maxGradientNorm: 1 })],
    ['HiddenCut', () => ({ method: rival({ kind: 'hidden-cut', cutRatio: 0.3 }) })],
    ['HiddenCut as released', () => ({ method: rival({ kind: 'hidden-cut', divergence: 'as-released' }) })],
    ['DropBlock', () => ({ method: rival({ kind: 'drop-block' }) })],
    ['DropBlock shared', () => ({ method: rival({ kind: 'drop-block', mask: 'shared' }), buckets: [5, 7] })],
    [
      'AutoDropout’s pattern space',
      () => ({
        method: rival({
          kind: 'auto-dropout',
          pattern: 'query 1/1, key 2/1 c, value 3/2 t, attention-output 2/2, feed-forward-output 2/3 tc',
        }),
        buckets: [5, 7],
      }),
    ],
    ['DropConnect', () => ({ method: rival({ kind: 'drop-connect' }) })],
    ['Concrete Dropout', () => ({ method: rival({ kind: 'concrete-dropout' }), buckets: [5, 7] })],
    [
      'Concrete Dropout on scores',
      () => ({ method: rival({ kind: 'concrete-dropout' }), kind: 'regression' }),
    ],
    ['SCAL (surrogate)', () => ({ method: rival({ kind: 'scal-surrogate' }) })],
    ['SCAL (surrogate) on scores', () => ({ method: rival({ kind: 'scal-surrogate' }), kind: 'regression' })],
  ])('computes the losses and weights of the eager one: %s', (_, changesOf) => {
    const { losses, weights, states } = bothTrained(changesOf())

    expect(losses[0].every(Number.isFinite)).toBe(true)
    expect(distance(...losses)).toBeLessThan(1e-5)
    expect(weightDistance(...weights)).toBeLessThan(1e-5)
    expect(states[0].step).toBe(4)
    expect(states[0].step).toBe(states[1].step)
  })

  it.each([
    ['fine-tuning', () => fineTuning],
    ['AD-DROP', () => adDrop()],
    ['SCAL (surrogate)', () => rival({ kind: 'scal-surrogate', contrastWeight: 1 })],
    ['DropBlock', () => rival({ kind: 'drop-block' })],
    ['Concrete Dropout', () => rival({ kind: 'concrete-dropout' })],
    ['AutoDropout’s pattern space', () => rival({ kind: 'auto-dropout' })],
  ])(
    'takes a batch with fewer examples than rows, or shorter than its shape, as the eager one does: %s',
    (_, methodOf) => {
      const changes = { method: methodOf() }
      const [graph, operations] = [traced(changes), eager(changes)]
      const place: StepPlace = { stepNumber: 1, phase: phaseOf(changes.method), learningRate: 1e-3 }
      const few = aBatch(9, 7, 3)
      const one = aBatch(10, 7, 1)

      for (const [index, batch] of [few, one].entries()) {
        const at = { ...place, stepNumber: index + 1 }
        const found = graph.step(batch, at, () => undefined)
        expect(Math.abs(found - operations.step(batch, at, () => undefined))).toBeLessThan(1e-5)
      }
      expect(weightDistance(graph.weights(), operations.weights())).toBeLessThan(1e-5)
      graph.dispose()
      operations.dispose()
    },
  )

  it('pads a batch to its bucket', () => {
    const trainer = traced({ buckets: [5, 17] })
    const evaluated = (length: number): number => trainer.evaluate({ ...aBatch(5, 5), length }).loss

    expect(Math.abs(evaluated(5) - evaluated(6))).toBeLessThan(1e-5)
    trainer.dispose()
  })

  it.each([
    ['gradients', adDrop()],
    ['integrated gradients', adDrop({ attribution: 'integrated-gradient', integrationPoints: 2 })],
  ])('times the parts of a shorter step where its first batch is the longest: %s', (_, method) => {
    const changes = { method, buckets: [5, 7, 9] }
    const [graph, operations] = [traced(changes), eager(changes)]
    const place: StepPlace = { phase: 'regularized', stepNumber: 1, learningRate: 1e-3 }

    const batch = aBatch(1, 9)
    const loss = graph.step(batch, place, () => undefined)
    expect(Math.abs(loss - operations.step(batch, place, () => undefined))).toBeLessThan(1e-4)
    graph.dispose()
    operations.dispose()
  })

  it.each(['classification', 'regression'] as const)('evaluates as the eager one does: %s', (kind) => {
    const [graph, operations] = [traced({ kind }), eager({ kind })]

    for (const batch of [aBatch(1, 7, 8, kind), aBatch(2, 5, 3, kind), aBatch(3, 5, 1, kind)]) {
      const found = graph.evaluate(batch)
      const expected = operations.evaluate(batch)
      expect(Math.abs(found.loss - expected.loss)).toBeLessThan(1e-5)
      expect(distance(expected.predictions, found.predictions)).toBeLessThan(1e-5)
    }
    graph.dispose()
    operations.dispose()
  })
})
