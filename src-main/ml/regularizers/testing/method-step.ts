/** One step of a method on the tiny model, in double precision: its loss, its gradients, its change of weights. */
import '../../testing/double-precision.ts'
import * as tf from '@tensorflow/tfjs'
import { meanLoss } from '../../losses/task-loss.ts'
import { createAdamW } from '../../optimizers/adam-w.ts'
import { authorsAdamW } from '../../optimizers/optimizer.ts'
import { javascriptUniform, passKey, passRandom } from '../../random/uniform-source.ts'
import { inScope } from '../../tensors/in-scope.ts'
import { finiteDifference, slopeTolerance } from '../../testing/finite-difference.ts'
import { lossOperations, tinyBatch, tinyConfig, tinyParameters } from '../../testing/tiny-model.ts'
import { createEagerTrainer } from '../../training/eager-trainer.ts'
import { logitsOf, lossGradients, stepLosses } from '../../training/loss-gradients.ts'
import { ownWeights, startingState } from '../../training/method-state.ts'
import { withAutomaticSettings } from '@shared/config/automatic-settings.ts'
import { expectClose, largestOf, rounding } from '@main/testing/expect-close.ts'
import { methodConfig } from '@shared/config/method-config.ts'
import { regularizerFor } from '../method-table.ts'
import type { Parameters } from '../../models/parameters.ts'
import type { Batch, PlainWeights, Regularizer, StepChanges, StepContext } from '../regularizer.ts'
import type { TaskKind } from '@shared/tasks/task.ts'
import type { ExampleBatch, Trainer } from '../../training/trainer.ts'
import type { ModelConfig } from '../../models/model-config.ts'

/** A derivative, computed both ways. */
export interface Slope {
  readonly name: string
  readonly found: number
  readonly expected: number
}

/** The tiny model without vanilla dropout. */
export const withoutDropout: ModelConfig = {
  ...tinyConfig,
  hiddenDropoutProb: 0,
  attentionProbsDropoutProb: 0,
  classifierDropout: 0,
}

/**
 * Fails unless analytic gradients are those of finite differences.
 *
 * @param slopes of one function
 */
export function expectSlopes(slopes: readonly Slope[]): void {
  const expected = slopes.map((slope) => slope.expected)
  expectClose(
    slopes.map(({ found }) => found),
    expected,
    {
      relative: slopeTolerance,
      scale: expected.map((slope) => Math.max(Math.abs(slope), 1e-2 * largestOf(expected))),
      what: 'slope',
      names: slopes.map(({ name }) => name),
    },
  )
}

/**
 * Fails unless losses are those of a formula in double precision.
 *
 * @param found the method's
 * @param expected the formula's
 */
export function expectLosses(found: readonly number[], expected: ArrayLike<number>): void {
  const scale = Math.max(1, largestOf(expected))
  expectClose(found, expected, { relative: rounding(lossOperations, 'float64'), scale, what: 'losses' })
}

/** One step of a method on a batch. */
export class MethodStep {
  readonly parameters: Parameters
  readonly state: Parameters
  readonly batch: Batch
  readonly config: ModelConfig
  private readonly regularizer: Regularizer

  constructor(
    regularizer: Regularizer,
    { kind = 'classification', config = tinyConfig }: { kind?: TaskKind; config?: ModelConfig } = {},
  ) {
    this.regularizer = regularizer
    this.config = config
    const model = tinyParameters(kind === 'regression' ? 1 : 2, 11, config)
    this.parameters = new Map([...model, ...ownWeights(regularizer, config)])
    this.state = startingState(regularizer.state, config, this.parameters, undefined)
    this.batch = tinyBatch(kind, 5)
  }

  /** What a method sees of the step with these weights. */
  context(parameters = this.parameters): StepContext {
    const { config, state, batch } = this
    return {
      config,
      parameters,
      state,
      batch,
      logits: logitsOf(parameters, config),
      random: (pass) => passRandom(javascriptUniform, passKey(3, 1, pass)),
      begin: () => undefined,
    }
  }

  /** Losses of the examples, with what the method prepared at the step's own weights. */
  losses(parameters = this.parameters, changes = this.prepare()): number[] {
    const { config, batch } = this
    return inScope(() => {
      const setting = { config, batch, changes, random: this.context().random('second') }
      return Array.from(stepLosses(parameters, setting).dataSync())
    })
  }

  prepare(): StepChanges {
    return this.regularizer.prepare(this.context())
  }

  /** dL/dw of every weight, as plain numbers. */
  gradients(changes = this.prepare()): Map<string, Float32Array> {
    const { config, batch, parameters } = this
    return inScope(() => {
      const setting = { config, batch, changes, random: this.context().random('second') }
      const { gradients } = lossGradients(parameters, setting)
      const applied = changes.gradients?.(gradients) ?? gradients
      return new Map([...applied].map(([name, gradient]) => [name, gradient.dataSync<'float32'>().slice()]))
    })
  }

  /**
   * Analytic gradient and finite difference of the mean loss in the largest and the middle entry of every weight: the
   * first shows a wrong factor, the second a wrong place.
   *
   * The method's preparation is made once, at the step's weights: no gradient goes through it.
   */
  slopes(): Slope[] {
    const changes = this.prepare()
    const mean = (parameters: Parameters): number =>
      inScope(() => {
        const { config, batch } = this
        const setting = { config, batch, changes, random: this.context().random('second') }
        return meanLoss(stepLosses(parameters, setting), batch.targets).dataSync()[0]!
      })
    return [...this.gradients(changes)].flatMap(([name, values]) => {
      const largest = values.reduce(
        (best, value, i) => (Math.abs(value) > Math.abs(values[best]!) ? i : best),
        0,
      )
      return [largest, values.length >> 1].map((index) => {
        const at = (change: number): number => {
          const weight = this.parameters.get(name)!
          const moved = weight.dataSync<'float32'>().slice()
          moved[index] = moved[index]! + change
          const tensor = tf.tensor(moved, weight.shape)
          const value = mean(new Map([...this.parameters, [name, tensor]]))
          tensor.dispose()
          return value
        }
        return {
          name: `${name}[${index}]`,
          found: values[index]!,
          expected: finiteDifference(at),
        }
      })
    })
  }
}

/**
 * Losses and final weights of a few steps of a method on the tiny model, all of them regularized, after its survey.
 *
 * @param method as a person writes it
 * @param config sizes and dropout probabilities
 * @param steps how many
 */
export function trained(
  method: object,
  config: ModelConfig = tinyConfig,
  steps = 3,
): { losses: number[]; weights: Map<string, number[]> } {
  const settings = withAutomaticSettings(methodConfig.parse(method), { examples: 50, kind: 'classification' })
  const own = ownWeights(regularizerFor(settings), config)
  const parameters = new Map([...tinyParameters(2, 3, config), ...own])
  const trainer = createEagerTrainer(
    {
      config,
      method: settings,
      seed: 7,
      uniform: javascriptUniform,
      maxGradientNorm: null,
      optimizer: { ...authorsAdamW, weightDecay: 0.01 },
      createOptimizer: createAdamW,
    },
    { parameters },
  )
  const phase = settings.kind === 'fine-tuning' ? 'fine-tuning' : 'regularized'
  const { survey } = regularizerFor(settings)
  if (survey !== undefined) {
    if (survey.accumulate !== undefined) trainer.survey(wordBatch(0), 1)
    trainer.concludeSurvey({ epoch: survey.beforeEpochs[0] ?? 1, scores: [], first: plainWeights(trainer) })
  }
  const losses = Array.from({ length: steps }, (_, i) =>
    trainer.step(wordBatch(i), { stepNumber: i + 1, phase, learningRate: 3e-3 }, () => undefined),
  )
  const weights = new Map([...trainer.weights()].map(([name, { values }]) => [name, Array.from(values)]))
  trainer.dispose()
  return { losses, weights }
}

function plainWeights(trainer: Trainer): PlainWeights {
  return new Map([...trainer.weights()].map(([name, { values }]) => [name, values]))
}

/** Four examples of different lengths. */
export function wordBatch(shift: number): ExampleBatch {
  const examples = [7, 3, 5, 7].map((length, row) => ({
    inputIds: Array.from({ length }, (_, place) => 1 + ((7 * row + 3 * place + shift) % 22)),
    tokenTypeIds: new Array<number>(length).fill(0),
    label: row % 2,
  }))
  return { examples, length: 7 }
}
