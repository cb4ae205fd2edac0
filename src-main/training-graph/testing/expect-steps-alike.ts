/** Steps of a traced trainer against eager ones, each from the same weights and moments. */
import * as tf from '@tensorflow/tfjs'
import { expect } from 'vitest'
import { gradientOperations, lossOperations } from '@main/ml/testing/tiny-model.ts'
import { createEagerTrainer } from '@main/ml/training/eager-trainer.ts'
import { updateScalars } from '@main/ml/optimizers/optimizer.ts'
import { expectClose, largestOf, rounding } from '@main/testing/expect-close.ts'
import { engine, planOf } from './tiny-trainers.ts'
import type { OptimizerState } from '@main/ml/optimizers/optimizer.ts'
import type { ExampleBatch, StepPlace, StoredWeight, Trainer } from '@main/ml/training/trainer.ts'
import type { TracedTrainerPlan } from '../trainer-plan.ts'

/** A step to take. */
export interface TakenStep {
  readonly batch: ExampleBatch
  readonly place: StepPlace
}

/** Where a trainer stands. */
interface Standing {
  readonly weights: ReadonlyMap<string, StoredWeight>
  readonly state: OptimizerState
}

/**
 * Takes steps with the traced trainer, and each of them also with an eager one that begins where the traced one stood.
 * Losses, moments (and thereby gradients) and weights must agree to rounding.
 *
 * Every step begins alike on purpose: Adam moves a weight by up to the learning rate whatever the size of its gradient.
 * Where that is nothing but rounding, as for the keys' biases (they move all scores of a row alike), two ways of
 * computing move apart at full speed, and what they compute later need not agree.
 *
 * @param graph the traced trainer
 * @param changes what its plan was made with
 * @param steps in order
 * @param onPart told what the traced trainer tells of its parts
 * @returns the traced trainer's losses
 */
export function expectStepsAlike(
  graph: Trainer,
  changes: Partial<TracedTrainerPlan>,
  steps: readonly TakenStep[],
  onPart: Parameters<Trainer['step']>[2] = () => undefined,
): number[] {
  const plan = planOf(changes)
  return steps.map(({ batch, place }) => {
    const operations = eagerFrom(graph, plan)
    const before = operations.optimizerState()
    // The traced one pads a batch to its bucket, on which its random numbers depend.
    const length = plan.buckets.find((bucket) => bucket >= batch.length)!
    const expectedLoss = operations.step({ ...batch, length }, place, () => undefined)
    const after: Standing = { weights: operations.weights(), state: operations.optimizerState() }
    operations.dispose()
    const loss = graph.step(batch, place, onPart)
    // Logits are of order 1: a loss near 0 is a difference of such numbers.
    const scale = Math.max(1, Math.abs(expectedLoss))
    expectClose([loss], [expectedLoss], { relative: rounding(lossOperations), scale, what: 'loss' })
    expectSameUpdate({ weights: graph.weights(), state: graph.optimizerState() }, after, {
      before,
      place,
      plan,
    })
    return loss
  })
}

/** An eager trainer that begins where another one stands. */
function eagerFrom(trainer: Trainer, plan: TracedTrainerPlan): Trainer {
  const tensor = ({ values, shape }: StoredWeight): tf.Tensor => tf.tensor(values, [...shape])
  const parameters = new Map([...trainer.weights()].map(([name, weight]) => [name, tensor(weight)]))
  const start = {
    parameters,
    state: trainer.optimizerState(),
    methodState: new Map([...trainer.methodState()].map(([name, { values }]) => [name, values])),
  }
  const made = createEagerTrainer({ ...plan, createOptimizer: engine().createOptimizer }, start)
  tf.dispose([...parameters.values()])
  return made
}

/**
 * Compares moments and weights after an update.
 *
 * A gradient g is off by δ = n·u·G, G the largest gradient of its tensor (or 1/20 of the step's largest: rounding comes
 * from what a gradient is summed from, which may cancel). Then m = β₁m + (1 − β₁)g is off by (1 − β₁)δ, √v by at most √(1 − β₂)·δ, and the
 * update η′·m/(√v + ε) by η′·((1 − β₁)δ + √(1 − β₂)δ·m/(√v + ε))/(√v + ε). The update itself has six operations, in each of
 * both ways.
 */
function expectSameUpdate(
  found: Standing,
  expected: Standing,
  { before, place, plan }: { before: OptimizerState; place: StepPlace; plan: TracedTrainerPlan },
): void {
  const { step, firstMoments, secondMoments } = expected.state
  expect(found.state.step).toBe(step)
  expect([...found.weights.keys()]).toEqual([...expected.weights.keys()])
  const { optimizer: settings } = plan
  const [rest, restOfSquares] = [1 - settings.beta1, Math.sqrt(1 - settings.beta2)]
  const { stepSize, epsilon } = updateScalars(settings, step, place.learningRate)
  const largest = new Map(
    [...secondMoments].map(([name, v]) => [name, Math.sqrt(largestOf(v)) / restOfSquares]),
  )
  const ofStep = largestOf([...largest.values()])
  for (const [name, { values: weights, shape }] of expected.weights) {
    const [m, v] = [firstMoments.get(name)!, secondMoments.get(name)!]
    const delta = rounding(gradientOperations) * Math.max(largest.get(name)!, ofStep / 20)
    const roots = v.map(Math.sqrt)
    expect(found.weights.get(name)!.shape).toEqual(shape)
    const changed = m.some((value, i) => value !== before.firstMoments.get(name)![i])
    const off = changed ? delta : 0
    expectClose(found.state.firstMoments.get(name)!, m, {
      relative: 1,
      scale: m.map((value) => rest * off + rounding(12) * Math.abs(value)),
      what: 'first moments',
    })
    expectClose(found.state.secondMoments.get(name)!.map(Math.sqrt), roots, {
      relative: 1,
      scale: roots.map((root) => restOfSquares * off + rounding(12) * root),
      what: 'roots of the second moments',
    })
    expectClose(found.weights.get(name)!.values, weights, {
      relative: 1,
      scale: weights.map((weight, i) => {
        const root = roots[i]! + epsilon
        const ofUpdate = stepSize * off * (rest / root + (restOfSquares * Math.abs(m[i]!)) / root ** 2)
        return ofUpdate + rounding(12) * Math.abs(weight)
      }),
      what: name.endsWith('key.bias') ? 'key biases' : 'weights',
    })
  }
}
