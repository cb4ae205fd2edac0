import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { createAdamW } from '../optimizers/adam-w.ts'
import { authorsAdamW } from '../optimizers/optimizer.ts'
import { uniformSequence } from '../random/seed-mixing.ts'
import { javascriptUniform } from '../random/uniform-source.ts'
import { exampleLosses } from '../losses/task-loss.ts'
import { usePlainBackend } from '../testing/plain-backend.ts'
import { tinyConfig, tinyParameters } from '../testing/tiny-model.ts'
import { createEagerTrainer } from '../training/eager-trainer.ts'
import { expectClose, rounding } from '@main/testing/expect-close.ts'
import { ownWeights } from '../training/method-state.ts'
import { concreteDropout, logitName, negativeEntropy, softDropout } from './concrete-dropout.ts'
import {
  expectLosses,
  expectSlopes,
  MethodStep,
  trained,
  withoutDropout,
  wordBatch,
} from './testing/method-step.ts'
import type { ConcreteDropoutConfig } from '@shared/config/methods/concrete-dropout.ts'

beforeAll(usePlainBackend)

const settings = (changes: Partial<ConcreteDropoutConfig> = {}): ConcreteDropoutConfig => ({
  kind: 'concrete-dropout',
  initialProbability: 0.3,
  temperature: 0.5,
  weightRegularizer: 1e-3,
  dropoutRegularizer: 1e-2,
  learningRateFactor: 1,
  crossTuning: false,
  ...changes,
})

/** What a value is multiplied by, from p itself. */
function factor(u: number, p: number, temperature: number): number {
  const a = Math.log(p) - Math.log(1 - p) + Math.log(u + 1e-7) - Math.log(1 - u + 1e-7)
  return (1 - 1 / (1 + Math.exp(-a / temperature))) / (1 - p)
}

const entropyTerm = (p: number): number => p * Math.log(p) + (1 - p) * Math.log(1 - p)
const logitOf = (p: number): number => Math.log(p / (1 - p))
const uniform = uniformSequence(4, 'concrete dropout test')

/** The matrices whose places learn p, by the place’s name. */
const matrices: ReadonlyMap<string, string> = new Map([
  ...[0, 1].flatMap((layer): [string, string][] => [
    [`layer.${layer}.attention-output`, `bert.encoder.layer.${layer}.attention.output.dense.weight`],
    [`layer.${layer}.output`, `bert.encoder.layer.${layer}.output.dense.weight`],
  ]),
  ['classifier', 'classifier.weight'],
])

describe('Concrete Dropout', () => {
  it.each(['classification', 'regression'] as const)(
    'computes the loss with every place’s own p and both terms, plain dropout elsewhere: %s',
    (kind) => {
      const of = settings({ learningRateFactor: 7 })
      const step = new MethodStep(concreteDropout(of), { kind })
      const { logits, random, batch } = step.context()
      // Different from place to place, so that none can be taken for another.
      const chances = new Map([...matrices.values()].map((matrix, i) => [matrix, 0.1 + 0.15 * i]))
      const parameters = new Map([
        ...step.parameters,
        ...[...chances].map(([matrix, p]) => [logitName(matrix), tf.tensor1d([logitOf(p) / 7])] as const),
      ])
      const passLogits = logits(batch.inputs, {
        dropout(values, site) {
          const matrix = matrices.get(site.name)
          const numbers = random(matrix === undefined ? 'second' : 'mask')
          const name = matrix === undefined ? site.name : `concrete-dropout.${site.name}`
          const draws = numbers.uniform(values.shape, name).dataSync<'float32'>()
          const found = values.dataSync<'float32'>().map((value, i) => {
            if (matrix !== undefined) return value * factor(draws[i]!, chances.get(matrix)!, of.temperature)
            return draws[i]! < site.probability ? 0 : value / (1 - site.probability)
          })
          return tf.tensor(found, values.shape) as typeof values
        },
      })
      let terms = 0
      for (const [matrix, p] of chances) {
        const squares = step.parameters
          .get(matrix)!
          .dataSync<'float32'>()
          .reduce((sum, w) => sum + w * w, 0)
        terms += (of.weightRegularizer! * squares) / (1 - p) + of.dropoutRegularizer! * 15 * entropyTerm(p)
      }
      const plain = exampleLosses(passLogits, batch.targets).dataSync<'float32'>()

      expectLosses(
        step.losses(parameters),
        plain.map((loss) => loss + terms),
      )
      expect(Math.abs(terms)).toBeGreaterThan(0.01)
    },
  )

  it('has the gradients of finite differences, those of the probabilities’ logits included', () => {
    const found = new MethodStep(concreteDropout(settings())).slopes()

    expectSlopes(found)
    const own = found.filter(({ name }) => name.startsWith('method.'))
    expect(new Set(own.map(({ name }) => name)).size).toBe(matrices.size)
    expect(Math.max(...own.map(({ expected }) => Math.abs(expected)))).toBeGreaterThan(0.05)
  })

  it('is plain fine-tuning without dropout, bit for bit, where p and both strengths are 0 to rounding', () => {
    const none = { initialProbability: 1e-17, weightRegularizer: 0, dropoutRegularizer: 0 }
    const found = trained({ kind: 'concrete-dropout', ...none }, withoutDropout)
    const plain = trained({ kind: 'fine-tuning' }, withoutDropout)
    const ofModel = [...found.weights].filter(([name]) => !name.startsWith('method.'))

    expect({ losses: found.losses, weights: new Map(ofModel) }).toEqual(plain)
    expect(found.weights.size).toBe(plain.weights.size + matrices.size)
  })

  it('drops alike for the same seed', () => {
    const run = () => trained({ kind: 'concrete-dropout' }, withoutDropout, 2)

    expect(run()).toEqual(run())
    expect(run().losses).not.toEqual(
      trained({ kind: 'concrete-dropout', temperature: 0.2 }, withoutDropout, 2).losses,
    )
  })

  it.each([1, 100])('moves p by its factor times the learning rate at first: factor %d', (factorOfRate) => {
    const options = { kind: 'concrete-dropout', learningRateFactor: factorOfRate, dropoutRegularizer: 0.1 }
    const { weights } = trained(options, withoutDropout, 1)

    // Adam's first step is the learning rate, whatever the gradient; 3e-3 here.
    for (const matrix of matrices.values()) {
      const logit = weights.get(logitName(matrix))![0]! * factorOfRate
      // But for Adam's ε = 1e-6 beside a gradient of 1e-3 or more.
      expectClose([Math.abs(logit - logitOf(0.1))], [3e-3 * factorOfRate], { relative: 1e-2 })
    }
  })

  it('lets p rest, without decay, in the plain epochs of cross-tuning', () => {
    const of = settings({ crossTuning: true })
    const own = ownWeights(concreteDropout(of), tinyConfig)
    const trainer = createEagerTrainer(
      {
        config: tinyConfig,
        method: of,
        seed: 7,
        uniform: javascriptUniform,
        maxGradientNorm: 1,
        optimizer: { ...authorsAdamW, weightDecay: 0.5 },
        createOptimizer: createAdamW,
      },
      { parameters: new Map([...tinyParameters(2, 3), ...own]) },
    )
    const name = logitName('classifier.weight')
    const after = (stepNumber: number, phase: 'fine-tuning' | 'regularized'): number => {
      trainer.step(wordBatch(stepNumber), { stepNumber, phase, learningRate: 1e-2 }, () => undefined)
      return trainer.weights().get(name)!.values[0]!
    }
    const first = own.get(name)!.dataSync()[0]!
    const [plain, method] = [after(1, 'fine-tuning'), after(2, 'regularized')]

    expect(plain).toBe(first)
    expect(method).not.toBe(first)
    expect(after(3, 'fine-tuning')).toBe(method)
    expect(after(4, 'regularized')).not.toBe(method)
    trainer.dispose()
  })
})

describe('a soft choice', () => {
  const factors = (draws: Float32Array, p: number, temperature: number): Float32Array =>
    softDropout(
      tf.onesLike(tf.tensor1d(draws)),
      tf.tensor1d([logitOf(p)]),
      () => tf.tensor1d(draws),
      temperature,
    ).dataSync<'float32'>()

  it.each([
    [0.1, 0.1],
    [0.5, 1],
    [0.9, 0.3],
    [1e-4, 0.1],
  ])('is the definition’s for any draw, and never negative: p %d, t %d', (p, temperature) => {
    const draws = Float32Array.from({ length: 500 }, (_, i) => (i === 0 ? 0 : uniform()))

    const found = factors(draws, p, temperature)

    // Rounding of the logit, up to 32 here, is multiplied by 1/t ≤ 10 and σ's slope ≤ 1/4: 80 of the factor's own u.
    expectClose(
      found,
      draws.map((u) => factor(u, p, temperature)),
      { relative: 4 * rounding(80, 'float64'), scale: 1 / (1 - p) },
    )
    expect(found.every((value) => value >= 0)).toBe(true)
  })

  it('becomes plain dropout’s as t goes to 0', () => {
    const [p, count] = [0.3, 20_000]
    const draws = Float32Array.from({ length: count }, () => uniform())
    const found = factors(draws, p, 1e-4)
    const dropped = found.filter((value) => value < 1e-3).length
    const kept = found.filter((value) => Math.abs(value - 1 / (1 - p)) < 1e-3).length

    // A draw within 1e-3 of 1 − p may be in between.
    expect(count - dropped - kept).toBeLessThan(60)
    expect(Math.abs(dropped - p * count)).toBeLessThan(5 * Math.sqrt(count * p * (1 - p)) + 60)
  })

  it('has the derivative of finite differences by value and by logit', () => {
    const draws = Float32Array.from({ length: 40 }, () => uniform())
    for (const [p, temperature] of [
      [0.1, 0.1],
      [0.6, 0.4],
    ] as const) {
      const [byValue, byLogit] = tf.grads((x: tf.Tensor, l: tf.Tensor) =>
        softDropout(x, l as tf.Tensor1D, () => tf.tensor1d(draws), temperature),
      )([tf.fill([40], 1.5), tf.tensor1d([logitOf(p)])]) as [tf.Tensor, tf.Tensor]
      const at = (l: number): number =>
        draws.reduce((sum, u) => sum + 1.5 * factor(u, 1 / (1 + Math.exp(-l)), temperature), 0)
      const expected = (at(logitOf(p) + 1e-5) - at(logitOf(p) - 1e-5)) / 2e-5

      // The difference's own error: 1e-16 / 1e-5 by rounding, 1e-10 / t² ≤ 1e-8 by its order.
      expectClose(byLogit.dataSync(), [expected], { relative: 1e-7 })
      expectClose(
        byValue.dataSync(),
        draws.map((u) => factor(u, p, temperature)),
        { relative: 4 * rounding(80, 'float64'), scale: 1 / (1 - p) },
      )
    }
  })
})

describe('the negative entropy of a coin', () => {
  it('is p log p + (1 − p) log(1 − p), finite at any logit', () => {
    const chances = [1e-6, 0.01, 0.3, 0.5, 0.8, 0.999]
    const found = negativeEntropy(tf.tensor1d([...chances.map(logitOf), -200, 200])).dataSync()

    expectClose(found.slice(0, 6), chances.map(entropyTerm), { relative: rounding(20, 'float64'), scale: 1 })
    expect(Math.abs(found[6]!)).toBeLessThan(1e-30)
    expect(Math.abs(found[7]!)).toBeLessThan(1e-30)
  })
})
