/** Steps computed operation by operation: runs on every backend, and is the reference of traced ones. */
import * as tf from '@tensorflow/tfjs'
import { taskLoss } from '../losses/task-loss.ts'
import { headOf } from '../heads/head-table.ts'
import { exemptFromDecay } from '../models/model-weights.ts'
import { modelLogits } from '../models/model-logits.ts'
import { passRandom, surveyKey, type UniformSource } from '../random/uniform-source.ts'
import { fineTuning } from '../regularizers/fine-tuning.ts'
import { regularizerFor } from '../regularizers/method-table.ts'
import { inScope } from '../tensors/in-scope.ts'
import { logitsOf } from './loss-gradients.ts'
import { disposeBatch, makeBatch } from './make-batch.ts'
import { startingState } from './method-state.ts'
import { trainStep } from './train-step.ts'
import type { ParameterShapes } from '../models/weight-spec.ts'
import type { Parameters } from '../models/parameters.ts'
import type { AdamWSettings, Optimizer, OptimizerFactory, OptimizerState } from '../optimizers/optimizer.ts'
import type { Batch, PlainWeights, Regularizer, StepPart, SurveyPlace } from '../regularizers/regularizer.ts'
import type {
  EvaluatedBatch,
  ExampleBatch,
  StepPlace,
  PhaseShares,
  StepShares,
  StoredWeight,
  SurveyOutcome,
  Trainer,
  TrainerStart,
} from './trainer.ts'
import type { MethodConfig } from '@shared/config/method-config.ts'
import type { ModelConfig } from '../models/model-config.ts'

/** What an eager trainer works with. */
export interface EagerTrainerPlan {
  readonly config: ModelConfig
  readonly method: MethodConfig
  /** The run's seed. */
  readonly seed: number
  readonly uniform: UniformSource
  /** Longest gradient; null = no clipping. */
  readonly maxGradientNorm: number | null
  readonly optimizer: AdamWSettings
  readonly createOptimizer: OptimizerFactory
}

/**
 * A trainer on the current backend.
 *
 * @param plan model, method, optimizer, randomness
 * @param start weights and moments
 */
export function createEagerTrainer(plan: EagerTrainerPlan, start: TrainerStart): Trainer {
  return new EagerTrainer(plan, start)
}

class EagerTrainer implements Trainer {
  private readonly plan: EagerTrainerPlan
  private readonly regularizer: Regularizer
  private optimizer: Optimizer
  private state: Parameters

  constructor(plan: EagerTrainerPlan, { parameters, state, methodState }: TrainerStart) {
    this.plan = plan
    this.regularizer = regularizerFor(plan.method)
    this.optimizer = this.optimizerFrom(parameters, state)
    this.state = startingState(this.regularizer.state, plan.config, parameters, methodState)
  }

  step(
    examples: ExampleBatch,
    { stepNumber, phase, learningRate }: StepPlace,
    onPart: (now: StepPart | StepShares) => void,
  ): number {
    const { plan, optimizer, state } = this
    const regularizer = phase === 'regularized' ? this.regularizer : fineTuning
    return this.withBatch(examples, (batch) =>
      trainStep({ ...plan, optimizer, state, learningRate, onPart }, batch, regularizer, stepNumber),
    )
  }

  evaluate(examples: ExampleBatch): EvaluatedBatch {
    const { config } = this.plan
    const head = headOf(config.taskKind)
    return this.withBatch(examples, (batch) =>
      inScope(() => {
        const logits = modelLogits(this.optimizer.parameters(), config, batch.inputs)
        const outputs = head.predictions(logits).dataSync()
        return {
          loss: taskLoss(logits, batch.targets).dataSync()[0]!,
          predictions: head.read(outputs, examples.examples, examples.length),
        }
      }),
    )
  }

  get shapes(): ParameterShapes {
    return new Map([...this.optimizer.parameters()].map(([name, { shape }]) => [name, shape]))
  }

  weights(names?: readonly string[]): ReadonlyMap<string, StoredWeight> {
    const parameters = this.optimizer.parameters()
    if (names === undefined) return stored(parameters)
    return stored(new Map(names.map((name) => [name, parameters.get(name)!])))
  }

  optimizerState(names?: readonly string[]): OptimizerState {
    return this.optimizer.state(names)
  }

  stepShares(): PhaseShares {
    return {}
  }

  methodState(): ReadonlyMap<string, StoredWeight> {
    return stored(this.state)
  }

  survey(examples: ExampleBatch, batchNumber: number): void {
    const { survey } = this.regularizer
    const accumulate = survey?.accumulate
    if (accumulate === undefined) throw new Error(`${this.plan.method.kind} looks at no batches.`)
    const { config, seed, uniform } = this.plan
    const parameters = this.optimizer.parameters()
    const random = passRandom(uniform, surveyKey(seed, batchNumber))
    if (batchNumber === 1)
      this.replaceState(new Map([...this.state].map(([name, { shape }]) => [name, tf.zeros(shape)])))
    this.withBatch(examples, (batch) => {
      const changed = tf.tidy(() => {
        const found = accumulate({
          config,
          parameters,
          state: this.state,
          batch,
          logits: logitsOf(parameters, config),
          random: () => random,
          begin: () => undefined,
        })
        // A tidy keeps what it finds in arrays and objects, not in maps.
        return Object.fromEntries(found)
      })
      this.replaceState(new Map(Object.entries(changed)))
    })
  }

  concludeSurvey(place: SurveyPlace): SurveyOutcome {
    const weights = plain(this.weights())
    const {
      state,
      weights: changed,
      note = null,
    } = this.regularizer.survey!.conclude({
      ...place,
      config: this.plan.config,
      seed: this.plan.seed,
      state: plain(this.methodState()),
      weights,
    })
    const tensors = [...state].map(
      ([name, values]) => [name, tf.tensor(values, this.state.get(name)!.shape)] as const,
    )
    this.replaceState(new Map(tensors))
    if (changed === null) return { isRewound: false, note }
    const before = this.optimizer
    const parameters = new Map(
      [...before.parameters()].map(([name, { shape }]) => [
        name,
        tf.tensor(changed.get(name) ?? weights.get(name)!, shape, 'float32'),
      ]),
    )
    this.optimizer = this.optimizerFrom(parameters)
    tf.dispose([...parameters.values()])
    before.dispose()
    return { isRewound: true, note }
  }

  dispose(): void {
    this.optimizer.dispose()
    tf.dispose([...this.state.values()])
  }

  private optimizerFrom(parameters: Parameters, state?: OptimizerState): Optimizer {
    const { createOptimizer, optimizer: settings, config } = this.plan
    const exempt = exemptFromDecay(config, parameters.keys())
    return createOptimizer({ parameters, settings, exempt, ...(state === undefined ? {} : { state }) })
  }

  private replaceState(changed: Parameters): void {
    const next = new Map([...this.state, ...changed])
    for (const [name, before] of this.state) if (next.get(name) !== before) before.dispose()
    this.state = next
  }

  private withBatch<Value>({ examples, length }: ExampleBatch, work: (batch: Batch) => Value): Value {
    const batch = makeBatch(examples, this.plan.config, { rows: examples.length, tokens: length })
    try {
      return work(batch)
    } finally {
      disposeBatch(batch)
    }
  }
}

function stored(tensors: Parameters): ReadonlyMap<string, StoredWeight> {
  return new Map(
    [...tensors].map(([name, tensor]) => [
      name,
      { shape: tensor.shape, values: tensor.dataSync<'float32'>() },
    ]),
  )
}

/** The numbers alone. */
export function plain(weights: ReadonlyMap<string, StoredWeight>): PlainWeights {
  return new Map([...weights].map(([name, { values }]) => [name, values]))
}
