/** Trainers of the tiny model on TensorFlow, for the tests of traced training. */
import * as tf from '@tensorflow/tfjs'
import { authorsAdamW } from '@main/ml/optimizers/optimizer.ts'
import { uniformSequence } from '@main/ml/random/seed-mixing.ts'
import { tinyConfig, tinyParameters } from '@main/ml/testing/tiny-model.ts'
import { regularizerFor } from '@main/ml/regularizers/method-table.ts'
import { createEagerTrainer } from '@main/ml/training/eager-trainer.ts'
import { ownWeights } from '@main/ml/training/method-state.ts'
import { loadTensorEngine, type TensorEngine } from '@main/tensor-backend/load-backend.ts'
import { withAutomaticSettings } from '@shared/config/automatic-settings.ts'
import { methodConfig, type MethodConfig } from '@shared/config/method-config.ts'
import { createTracedTrainer } from '../traced-trainer.ts'
import type { ModelConfig } from '@main/ml/models/model-config.ts'
import type { TaskKind } from '@shared/tasks/task.ts'
import type { TracedTrainerPlan } from '../trainer-plan.ts'
import type { Parameters } from '@main/ml/models/parameters.ts'
import type {
  ExampleBatch,
  PhaseShares,
  StepPlace,
  Trainer,
  TrainerStart,
} from '@main/ml/training/trainer.ts'

let loaded: TensorEngine | null = null

/** Loads TensorFlow without fused loops, whose compilation takes longer than all tests. */
export async function loadEngine(): Promise<void> {
  process.env['LAB_FUSION'] ??= 'off'
  loaded = await loadTensorEngine('tensorflow')
}

/** The loaded engine. */
export function engine(): TensorEngine {
  if (loaded === null) throw new Error('Call loadEngine first.')
  return loaded
}

/** The authors' AdamW. */
export const tinyOptimizer = { ...authorsAdamW, weightDecay: 0.01 }
const rows = 4
const outputsOf = (kind: TaskKind): number => (kind === 'regression' ? 1 : 2)

/** The tiny model with a score as its output. */
export const scores: ModelConfig = { ...tinyConfig, taskKind: 'regression' }

/** Plain fine-tuning. */
export const fineTuning = methodConfig.parse({ kind: 'fine-tuning' })

/** AD-DROP in every epoch. */
export const adDrop = (settings: object = {}): MethodConfig =>
  methodConfig.parse({ kind: 'ad-drop', crossTuning: false, discardRate: 0.5, ...settings })

/** Any other method in every epoch. */
export const rival = (settings: object): MethodConfig =>
  withAutomaticSettings(methodConfig.parse(settings), { examples: 50, kind: 'classification' })

/** The kind of step that a method's are here. */
export const phaseOf = (method: MethodConfig): StepPlace['phase'] =>
  method.kind === 'fine-tuning' ? 'fine-tuning' : 'regularized'

/** What a traced trainer of the tiny model is made from. */
export function planOf(changes: Partial<TracedTrainerPlan> = {}): TracedTrainerPlan {
  return {
    config: tinyConfig,
    method: fineTuning,
    optimizer: tinyOptimizer,
    seed: 7,
    uniform: engine().uniform,
    maxGradientNorm: null,
    batchSize: rows,
    evaluationBatchSize: 2 * rows,
    buckets: [7],
    precision: 'float32',
    hasShortProducts: false,
    attributionPrecision: 'float32',
    checksTraces: true,
    now: () => performance.now() / 1000,
    ...changes,
  }
}

/** Weights of the tiny model, and of the method, for as long as `work` needs them. */
function withWeights<Value>(
  { config = tinyConfig, method = fineTuning }: Partial<TracedTrainerPlan>,
  work: (parameters: Parameters) => Value,
): Value {
  const own = ownWeights(regularizerFor(method), config)
  const parameters = new Map([...tinyParameters(outputsOf(config.taskKind), 3, config), ...own])
  try {
    return work(parameters)
  } finally {
    tf.dispose([...parameters.values()])
  }
}

/** Shares that need not be measured, which takes longer than the steps of most tests. */
const givenShares: PhaseShares = { 'fine-tuning': { update: 1 }, regularized: { update: 1 } }

/**
 * A traced trainer at its start.
 *
 * @param changes of the plan
 * @param start more to begin with; `{ stepShares: {} }` measures them
 */
export const traced = (
  changes: Partial<TracedTrainerPlan> = {},
  start: Pick<TrainerStart, 'methodState' | 'stepShares'> = {},
): Trainer =>
  withWeights(changes, (parameters) =>
    createTracedTrainer(engine().graphs!, planOf(changes), {
      parameters,
      stepShares: givenShares,
      ...start,
    }),
  )

/** An eager one, alike. */
export const eager = (changes: Partial<TracedTrainerPlan> = {}): Trainer =>
  withWeights(changes, (parameters) => {
    const plan = planOf(changes)
    return createEagerTrainer({ ...plan, createOptimizer: engine().createOptimizer }, { parameters })
  })

/** A batch of random examples, the longest of them as long as the batch. */
export function aBatch(seed: number, length = 7, count = rows, kind = 'classification'): ExampleBatch {
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

/** Steps `from` to `to` on batches of all buckets in turn. */
export function stepsOf(
  changes: Partial<TracedTrainerPlan> = {},
  from = 1,
  to = 4,
): { batch: ExampleBatch; place: StepPlace }[] {
  const { method, config, buckets } = planOf(changes)
  return Array.from({ length: to - from + 1 }, (_, i) => {
    const stepNumber = from + i
    const batch = aBatch(stepNumber, buckets[stepNumber % buckets.length], rows, config.taskKind)
    return { batch, place: { stepNumber, phase: phaseOf(method), learningRate: 1e-3 } }
  })
}

/** Takes those steps; their losses. */
export function train(
  trainer: Trainer,
  changes: Partial<TracedTrainerPlan> = {},
  from = 1,
  to = 4,
): number[] {
  return stepsOf(changes, from, to).map(({ batch, place }) => trainer.step(batch, place, () => undefined))
}

/** Largest difference of two lists of numbers. */
export const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)))
