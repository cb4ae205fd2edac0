import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { authorsAdamW, type OptimizerState } from '@main/ml/optimizers/optimizer.ts'
import { uniformSequence } from '@main/ml/random/seed-mixing.ts'
import { tinyConfig, tinyParameters } from '@main/ml/testing/tiny-model.ts'
import { createEagerTrainer } from '@main/ml/training/eager-trainer.ts'
import { loadTensorEngine, type TensorEngine } from '@main/tensor-backend/load-backend.ts'
import { methodConfig, type MethodConfig } from '@shared/config/method-config.ts'
import { LabError } from '@shared/failures/failure.ts'
import { batchInputs, idleUpdate, passInputs, stepFunction } from './step-functions.ts'
import { checkTrace } from './trace-check.ts'
import { createTracedTrainer, type TracedTrainer, type TracedTrainerPlan } from './traced-trainer.ts'
import type { Parameters } from '@main/ml/models/parameters.ts'
import type { ExampleBatch, StepPlace, StoredWeight, Trainer } from '@main/ml/training/trainer.ts'

let engine: TensorEngine
beforeAll(async () => {
  process.env['LAB_FUSION'] = 'off'
  engine = await loadTensorEngine('tensorflow')
})

const optimizer = { ...authorsAdamW, weightDecay: 0.01 }
const rows = 4
const outputsOf = (kind: TracedTrainerPlan['kind']): number => (kind === 'regression' ? 1 : 2)

const fineTuning = methodConfig.parse({ kind: 'fine-tuning' })
const adDrop = (settings: object = {}): MethodConfig =>
  methodConfig.parse({ kind: 'ad-drop', crossTuning: false, discardRate: 0.5, ...settings })

const phaseOf = (method: MethodConfig): StepPlace['phase'] =>
  method.kind === 'fine-tuning' ? 'fine-tuning' : 'regularized'

function planOf(changes: Partial<TracedTrainerPlan> = {}): TracedTrainerPlan {
  return {
    config: tinyConfig,
    kind: 'classification',
    method: fineTuning,
    optimizer,
    seed: 7,
    uniform: engine.uniform,
    maxGradientNorm: null,
    batchSize: rows,
    evaluationBatchSize: 2 * rows,
    buckets: [5, 7],
    precision: 'float32',
    attributionPrecision: 'float32',
    checksTraces: true,
    now: () => performance.now() / 1000,
    ...changes,
  }
}

/** Weights of the tiny model for as long as `work` needs them. */
function withWeights<Value>(kind: TracedTrainerPlan['kind'], work: (parameters: Parameters) => Value): Value {
  const parameters = tinyParameters(outputsOf(kind), 3)
  try {
    return work(parameters)
  } finally {
    tf.dispose([...parameters.values()])
  }
}

const traced = (changes: Partial<TracedTrainerPlan> = {}): TracedTrainer =>
  withWeights(changes.kind ?? 'classification', (parameters) =>
    createTracedTrainer(engine.graphs!, planOf(changes), { parameters }),
  )

const eager = (changes: Partial<TracedTrainerPlan> = {}): Trainer =>
  withWeights(changes.kind ?? 'classification', (parameters) => {
    const plan = planOf(changes)
    return createEagerTrainer({ ...plan, optimizer: engine.createOptimizer({ parameters, settings: plan.optimizer }) })
  })

/** A batch of random examples, the longest of them as long as the batch. */
function aBatch(seed: number, length = 7, count = rows, kind = 'classification'): ExampleBatch {
  const uniform = uniformSequence(seed, 'trainer test')
  const examples = Array.from({ length: count }, (_, row) => {
    const tokens = row === 0 ? length : 2 + Math.floor(uniform() * (length - 1))
    return {
      inputIds: Array.from({ length: tokens }, () => 1 + Math.floor(uniform() * 22)),
      tokenTypeIds: Array.from({ length: tokens }, (_, place) => (place * 2 > tokens ? 1 : 0)),
      label: kind === 'regression' ? uniform() * 5 : row % 2,
    }
  })
  return { examples, length }
}

/** Steps `from` to `to` on batches of both buckets; their losses. */
function train(trainer: Trainer, changes: Partial<TracedTrainerPlan> = {}, from = 1, to = 4): number[] {
  const { method, kind } = planOf(changes)
  return Array.from({ length: to - from + 1 }, (_, i) => {
    const stepNumber = from + i
    const batch = aBatch(stepNumber, stepNumber % 2 === 0 ? 7 : 5, rows, kind)
    return trainer.step(batch, { stepNumber, phase: phaseOf(method), learningRate: 1e-3 }, () => undefined)
  })
}

/** Largest difference of two lists of numbers. */
const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)))

type Weights = ReadonlyMap<string, StoredWeight>

function weightDistance(a: Weights, b: Weights): number {
  expect([...a].map(([name, { shape }]) => [name, shape])).toEqual([...b].map(([name, { shape }]) => [name, shape]))
  return Math.max(...[...a].map(([name, { values }]) => distance(values, b.get(name)!.values)))
}

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

describe('a traced trainer', () => {
  it.each<[string, () => Partial<TracedTrainerPlan>]>([
    ['fine-tuning', () => ({})],
    ['fine-tuning on scores', () => ({ kind: 'regression' })],
    ['fine-tuning with clipped gradients', () => ({ maxGradientNorm: 0.5 })],
    ['fine-tuning with PyTorch’s AdamW', () => ({ optimizer: { ...optimizer, form: 'pytorch' } })],
    ['random dropping', () => ({ method: adDrop({ attribution: 'random' }) })],
    ['attention attribution', () => ({ method: adDrop({ attribution: 'attention' }) })],
    ['gradient attribution', () => ({ method: adDrop() })],
    ['gradient attribution on scores', () => ({ method: adDrop(), kind: 'regression' })],
    ['the other end of the ranking', () => ({ method: adDrop({ discards: 'low-attribution', target: 'gold-label' }) })],
    ['one layer', () => ({ method: adDrop({ layers: [1] }) })],
    [
      'integrated gradients',
      () => ({ method: adDrop({ attribution: 'integrated-gradient', integrationPoints: 3 }) }),
    ],
  ])('computes the losses and weights of the eager one: %s', (_, changesOf) => {
    const { losses, weights, states } = bothTrained(changesOf())

    expect(losses[0].every(Number.isFinite)).toBe(true)
    expect(distance(...losses)).toBeLessThan(1e-5)
    expect(weightDistance(...weights)).toBeLessThan(1e-5)
    expect(states[0].step).toBe(4)
    expect(states[0].step).toBe(states[1].step)
  })

  it('goes on bit for bit from weights and moments that were copied out', () => {
    const changes = { method: adDrop() }
    const whole = traced(changes)
    const losses = train(whole, changes, 1, 6)
    const before = traced(changes)
    const early = train(before, changes, 1, 3)
    const parameters = new Map([...before.weights()].map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape])]))
    const state = before.optimizerState()
    before.dispose()

    const after = createTracedTrainer(engine.graphs!, planOf(changes), { parameters, state })
    tf.dispose([...parameters.values()])

    expect(after.optimizerState()).toEqual(state)
    expect([...early, ...train(after, changes, 4, 6)]).toEqual(losses)
    expect(after.weights()).toEqual(whole.weights())
    expect(after.optimizerState()).toEqual(whole.optimizerState())
    after.dispose()
    whole.dispose()
  })

  it('is the same bit for bit for the same seed, and another for another', () => {
    const method = adDrop()
    const trainers = [7, 7, 8].map((seed) => traced({ method, seed }))
    const [first, same, other] = trainers.map((trainer) => train(trainer, { method }))

    expect(same).toEqual(first)
    expect(trainers[1]!.weights()).toEqual(trainers[0]!.weights())
    expect(other).not.toEqual(first)
    trainers.forEach((trainer) => {
      trainer.dispose()
    })
  })

  it.each([
    ['fine-tuning', () => fineTuning],
    ['AD-DROP', () => adDrop()],
  ])('takes a batch with fewer examples than rows, or shorter than its shape, as the eager one does: %s', (_, methodOf) => {
    const changes = { method: methodOf(), buckets: [7] }
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
  })

  it('pads a batch to its bucket', () => {
    const trainer = traced({ buckets: [5, 17] })
    const evaluated = (length: number): number => trainer.evaluate({ ...aBatch(5, 5), length }).loss

    expect(Math.abs(evaluated(5) - evaluated(6))).toBeLessThan(1e-5)
    trainer.dispose()
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

  it('stays within 0.05 of float32 with products in bfloat16, and is not float32', () => {
    const changes = { method: adDrop() }
    const [exact, rounded] = [traced(changes), traced({ ...changes, precision: 'bfloat16' })]
    const [expected, found] = [train(exact, changes), train(rounded, changes)]

    expect(distance(expected, found)).toBeLessThan(0.05)
    expect(found).not.toEqual(expected)
    exact.dispose()
    rounded.dispose()
  })

  it('refuses a batch that is longer than every bucket', () => {
    const trainer = traced()
    const refusal = expect.objectContaining({
      code: 'invalid-config',
      message: 'A batch of 8 tokens fits no shape of this run; the longest is 7.',
    }) as LabError

    expect(() => trainer.step(aBatch(1, 8), { stepNumber: 1, phase: 'fine-tuning', learningRate: 1 }, () => undefined)).toThrow(refusal)
    expect(() => trainer.evaluate(aBatch(1, 8))).toThrow(refusal)
    trainer.dispose()
  })

  it('leaves no tensors behind, in steps, evaluations and copies of its state', () => {
    const changes = { method: adDrop({ crossTuning: true }), buckets: [7] }
    const atFirst = tf.memory().numTensors
    const trainer = traced(changes)
    const round = (step: number): void => {
      const phase = step % 2 === 0 ? 'regularized' : 'fine-tuning'
      trainer.step(aBatch(step), { stepNumber: step, phase, learningRate: 1e-3 }, () => undefined)
    }
    round(1)
    round(2)
    trainer.evaluate(aBatch(1))
    const before = tf.memory().numTensors

    for (let step = 3; step <= 22; step++) round(step)
    trainer.evaluate(aBatch(1))
    trainer.weights()
    trainer.optimizerState()

    expect(tf.memory().numTensors).toBe(before)
    trainer.dispose()
    expect(tf.memory().numTensors).toBe(atFirst)
  })

  it('tells once per phase that the parts’ shares are measured, then the shares, which sum to 1', () => {
    const changes = { method: adDrop(), buckets: [7] }
    const trainer = traced(changes)
    const told: unknown[][] = [1, 2].map((stepNumber) => {
      const parts: unknown[] = []
      trainer.step(aBatch(stepNumber), { stepNumber, phase: 'regularized', learningRate: 1e-3 }, (part) => parts.push(part))
      return parts
    })

    expect(told[0]!.slice(0, -1)).toEqual([{ other: 1 }, { input: 1 }])
    expect(told[1]).toEqual([told[0]!.at(-1)])
    const shares = told[1]![0] as Record<string, number>
    expect(Object.keys(shares)).toEqual(['firstPass', 'attribution', 'mask', 'secondPass', 'backward', 'update'])
    expect(Object.values(shares).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9)
    trainer.dispose()
  })
})
