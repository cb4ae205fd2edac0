import { beforeAll, describe, expect, it } from 'vitest'
import { lossOperations, tinyConfig } from '@main/ml/testing/tiny-model.ts'
import { expectClose, largestOf, rounding } from '@main/testing/expect-close.ts'
import { expectStepsAlike } from './testing/expect-steps-alike.ts'
import {
  adDrop,
  aBatch,
  eager,
  fineTuning,
  loadEngine,
  phaseOf,
  rival,
  scores,
  stepsOf,
  tinyOptimizer,
  traced,
} from './testing/tiny-trainers.ts'
import type { StepPlace } from '@main/ml/training/trainer.ts'
import type { TracedTrainerPlan } from './trainer-plan.ts'

beforeAll(loadEngine)

/** Protects nothing in rows of fewer than ten tokens (k = 0), and drops it all. */
const dropsAll = { candidateRegionRatio: 0.9, discardRate: 1 }

describe('a traced trainer', () => {
  it.each<[string, () => Partial<TracedTrainerPlan>]>([
    ['fine-tuning', () => ({ buckets: [5, 7] })],
    ['fine-tuning on scores', () => ({ config: scores })],
    ['fine-tuning with clipped gradients', () => ({ maxGradientNorm: 0.5 })],
    [
      'fine-tuning with another β₂ and ε',
      () => ({ optimizer: { ...tinyOptimizer, beta2: 0.9, epsilon: 1e-4 } }),
    ],
    ['fine-tuning with PyTorch’s AdamW', () => ({ optimizer: { ...tinyOptimizer, form: 'pytorch' } })],
    ['random dropping', () => ({ method: adDrop({ attribution: 'random' }) })],
    ['attention attribution', () => ({ method: adDrop({ attribution: 'attention' }) })],
    ['gradient attribution', () => ({ method: adDrop() })],
    ['gradient attribution on scores', () => ({ method: adDrop(), config: scores })],
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
        config: scores,
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
    ['R-Drop on scores', () => ({ method: rival({ kind: 'r-drop', reduction: 'sum' }), config: scores })],
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
    ['Concrete Dropout on scores', () => ({ method: rival({ kind: 'concrete-dropout' }), config: scores })],
    ['SCAL (surrogate)', () => ({ method: rival({ kind: 'scal-surrogate' }) })],
    ['SCAL (surrogate) on scores', () => ({ method: rival({ kind: 'scal-surrogate' }), config: scores })],
  ])('computes the losses, moments and weights of the eager one: %s', (_, changesOf) => {
    const changes = changesOf()
    const graph = traced(changes)

    const losses = expectStepsAlike(graph, changes, stepsOf(changes, 1, 3))

    expect(losses).toHaveLength(3)
    expect(losses.every(Number.isFinite)).toBe(true)
    expect(graph.optimizerState().step).toBe(3)
    graph.dispose()
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
      const graph = traced(changes)
      const [few, one, short] = [aBatch(9, 7, 3), aBatch(10, 7, 1), aBatch(11, 5, 4)]

      const losses = expectStepsAlike(
        graph,
        changes,
        [few, one, { ...short, length: 6 }].map((batch, index) => ({
          batch,
          place: { stepNumber: index + 1, phase: phaseOf(changes.method), learningRate: 1e-3 },
        })),
      )

      expect(losses.every(Number.isFinite)).toBe(true)
      graph.dispose()
    },
  )

  it('pads a batch to its bucket', () => {
    const trainer = traced({ buckets: [5, 17] })
    const evaluated = (length: number): number => trainer.evaluate({ ...aBatch(5, 5), length }).loss

    expectClose([evaluated(6)], [evaluated(5)], { relative: rounding(lossOperations), scale: 1 })
    trainer.dispose()
  })

  it.each([
    [
      'gradients',
      adDrop(),
      { firstPass: 0.1, attribution: 0.2, mask: 0.1, secondPass: 0.2, backward: 0.3, update: 0.1 },
      [],
    ],
    [
      'integrated gradients',
      adDrop({ attribution: 'integrated-gradient', integrationPoints: 2 }),
      { mask: 1 / 6, secondPass: 2 / 6, backward: 1 / 6, update: 2 / 6 },
      ['firstPass', 'attribution'],
    ],
  ] as const)(
    'times the parts of a shorter step where its first batch is the longest, which changes no weight: %s',
    (_, method, shares, partsBefore) => {
      // Seconds that the extents of a step take, each with the ones before it; more if it is timed when it is compiled.
      const seconds = [1, 3, 4, 6, 9, 10]
      let [readings, clock] = [0, 0]
      const now = (): number => {
        if (readings++ % 2 === 1) clock += seconds[(readings >> 1) - 1] ?? 100
        return clock
      }
      const changes = { method, buckets: [5, 7, 9], now }
      const graph = traced(changes, { stepShares: {} })
      const toldBy = (step: number, length: number): unknown[] => {
        const told: unknown[] = []
        const place: StepPlace = { phase: 'regularized', stepNumber: step, learningRate: 1e-3 }
        const [taken] = [{ batch: aBatch(step, length), place }]
        expectStepsAlike(graph, changes, [taken], (part) => told.push(part))
        return told
      }

      // The longest is compiled with its first batch; the middle one was compiled when it was timed.
      expect(toldBy(1, 9)).toEqual(['startUp', { input: 1 }, 'startUp'])
      expect(toldBy(2, 7)).toEqual(['startUp', { input: 1 }, ...partsBefore, shares])
      expect(toldBy(3, 9)).toEqual([...partsBefore, shares])
      graph.dispose()
    },
  )

  it.each(['classification', 'regression'] as const)('evaluates as the eager one does: %s', (kind) => {
    const config = { ...tinyConfig, taskKind: kind }
    const [graph, operations] = [traced({ config }), eager({ config })]

    for (const batch of [aBatch(1, 7, 8, kind), aBatch(2, 5, 3, kind), aBatch(3, 5, 1, kind)]) {
      const found = graph.evaluate(batch)
      const expected = operations.evaluate(batch)
      const relative = rounding(lossOperations)
      // Class indices are whole numbers: to be the same at all.
      const ofPredictions = kind === 'regression' ? relative : 0
      expectClose([found.loss], [expected.loss], {
        relative,
        scale: Math.max(1, expected.loss),
        what: 'loss',
      })
      const predictions = expected.predictions as number[]
      expectClose(found.predictions as number[], predictions, {
        relative: ofPredictions,
        scale: Math.max(1, largestOf(predictions)),
        what: 'predictions',
      })
    }
    graph.dispose()
    operations.dispose()
  })
})
