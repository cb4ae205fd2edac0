/** Which trainer carries out a run: traced where graphs exist, eager elsewhere or where asked for. */
import { tmpdir } from 'node:os'
import { createEagerTrainer } from '@main/ml/training/eager-trainer.ts'
import { lengthBuckets } from '@main/ml/training/length-buckets.ts'
import { authorsAdamW } from '@main/ml/optimizers/optimizer.ts'
import { createTracedTrainer } from '@main/training-graph/traced-trainer.ts'
import { writeFailure } from '@main/platform/disk-failure.ts'
import { LabError } from '@shared/failures/failure.ts'
import type { Trainer, TrainerStart } from '@main/ml/training/trainer.ts'
import type { TensorEngine } from '@main/tensor-backend/load-backend.ts'
import type { RunConfig, TrainingConfig } from '@shared/config/run-config.ts'
import type { PreparedRun } from './prepared-run.ts'

/** Examples evaluated at a time, as a multiple of the training batch: no gradients, so more fit. */
const evaluationBatchFactor = 2

/** Padded lengths of a run at most. */
const mostBuckets = 8

/**
 * Each length is compiled for itself: it should serve at least so many steps. On a GPU that takes as many seconds, while a
 * step, padded or not, takes milliseconds.
 */
const stepsPerBucket = { processor: 40, gpu: 2000 }

/** Whether an engine computes on a GPU. */
const isOnGpu = (engine: Pick<TensorEngine, 'info'>): boolean => engine.info.backend === 'tensorflow-gpu'

/**
 * Operations of a run above which compiled loops win back their compilation: they save about 2 ps an operation, and cost
 * 20 s for a run's lengths where the machine has compiled them before, 75 s where not.
 */
const worthwhileOperations = 2e13

/** How a run's operations are computed. */
export type Execution = 'traced' | 'eager'

/**
 * Rows of an evaluation batch.
 *
 * @param batchSize rows of a training batch
 */
export function evaluationBatchSize(batchSize: number): number {
  return batchSize * evaluationBatchFactor
}

/**
 * Lengths that a run's batches are padded to: few, with the least padding over both splits. Fewer for short runs.
 *
 * @param prepared the run's examples
 * @param training batch size and epochs
 * @param engine that will run them
 */
export function bucketsOf(
  prepared: Pick<PreparedRun, 'train' | 'validation'>,
  training: Pick<TrainingConfig, 'batchSize' | 'maxEpochs'>,
  engine: Pick<TensorEngine, 'info'>,
): readonly number[] {
  const steps = Math.ceil(prepared.train.length / training.batchSize) * training.maxEpochs
  const perBucket = stepsPerBucket[isOnGpu(engine) ? 'gpu' : 'processor']
  const worthwhile = Math.max(1, Math.min(mostBuckets, Math.floor(steps / perBucket)))
  const examples = [...prepared.train, ...prepared.validation]
  return lengthBuckets(
    examples.map((example) => example.inputIds.length),
    worthwhile,
  )
}

/**
 * Whether compiling fused loops pays in a run. A rule on its size, not a measurement: fused sums round differently, and a
 * resumed run must compute what it would have computed.
 *
 * @param prepared the run's examples and model
 * @param training epochs
 */
export function isFusionWorthwhile(
  prepared: Pick<PreparedRun, 'train' | 'config'>,
  training: Pick<TrainingConfig, 'maxEpochs'>,
): boolean {
  const { maxEpochs } = training
  const { hiddenSize: E, intermediateSize: F, numHiddenLayers } = prepared.config
  const tokens = prepared.train.reduce((sum, example) => sum + example.inputIds.length, 0)
  return 6 * tokens * maxEpochs * numHiddenLayers * (4 * E * E + 2 * E * F) > worthwhileOperations
}

/**
 * How a run is executed on an engine.
 *
 * @param engine the loaded engine
 * @param wish of the person: `LAB_EXECUTION`
 */
export function executionOf(engine: TensorEngine, wish = process.env['LAB_EXECUTION']): Execution {
  return engine.graphs === null || wish === 'eager' ? 'eager' : 'traced'
}

/**
 * A run's trainer.
 *
 * @param engine the loaded engine
 * @param config the run
 * @param prepared its examples and model
 * @param start weights and moments
 * @param execution see `executionOf`
 * @failure invalid-config when the precision is not available
 */
export function createTrainer(
  engine: TensorEngine,
  config: RunConfig,
  prepared: PreparedRun,
  start: TrainerStart,
  execution: Execution,
): Trainer {
  const { seed, batchSize, weightDecay, precision, maxGradientNorm } = config.training
  const optimizer = { ...authorsAdamW, weightDecay }
  const model = {
    config: prepared.config,
    kind: prepared.task.kind,
    method: config.method,
    seed,
    uniform: engine.uniform,
    maxGradientNorm,
  }
  if (execution === 'eager' || engine.graphs === null) {
    if (precision !== 'float32') {
      throw new LabError(
        'invalid-config',
        `training.precision is ${precision}, which needs traced execution on TensorFlow; this run would be eager on ${engine.info.backend}.`,
        'Set training.precision to float32.',
      )
    }
    return createEagerTrainer({ ...model, optimizer, createOptimizer: engine.createOptimizer }, start)
  }
  try {
    return createTracedTrainer(
      engine.graphs,
      {
        ...model,
        optimizer,
        batchSize,
        evaluationBatchSize: evaluationBatchSize(batchSize),
        buckets: bucketsOf(prepared, config.training, engine),
        precision,
        hasShortProducts: precision === 'bfloat16' || isOnGpu(engine),
        attributionPrecision: 'float32',
        checksTraces: true,
        now: () => performance.now() / 1000,
      },
      start,
    )
  } catch (thrown) {
    // The graph goes to TensorFlow through a file.
    throw writeFailure(thrown, tmpdir())
  }
}
