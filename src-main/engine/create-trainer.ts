/** Which trainer carries out a run: traced where graphs exist, eager elsewhere or where asked for. */
import { tmpdir } from 'node:os'
import { createEagerTrainer } from '@main/ml/training/eager-trainer.ts'
import { authorsAdamW } from '@main/ml/optimizers/optimizer.ts'
import { createTracedTrainer } from '@main/training-graph/traced-trainer.ts'
import { writeFailure } from '@main/platform/disk-failure.ts'
import { LabError } from '@shared/failures/failure.ts'
import type { Trainer, TrainerStart } from '@main/ml/training/trainer.ts'
import type { TensorEngine } from '@main/tensor-backend/load-backend.ts'
import type { RunConfig } from '@shared/config/run-config.ts'
import { evaluationBatchSize } from './evaluation-batch-size.ts'
import type { PreparedRun } from './prepared-run.ts'

/** How a run's operations are computed. */
export type Execution = 'traced' | 'eager'

/** How a run is executed. */
export interface RunExecution {
  readonly mode: Execution
  /** Lengths that batches are padded to; see `paddedLengths`. */
  readonly lengths: readonly number[]
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
 * @param execution how
 * @failure invalid-config when the precision is not available
 */
export function createTrainer(
  engine: TensorEngine,
  config: RunConfig,
  prepared: PreparedRun,
  start: TrainerStart,
  execution: RunExecution,
): Trainer {
  const { seed, batchSize, weightDecay, precision, maxGradientNorm } = config.training
  const optimizer = { ...authorsAdamW, ...config.training.optimizer, weightDecay }
  const model = {
    config: prepared.config,
    method: config.method,
    seed,
    uniform: engine.uniform,
    maxGradientNorm,
  }
  if (execution.mode === 'eager' || engine.graphs === null) {
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
        buckets: execution.lengths,
        precision,
        hasShortProducts: precision === 'bfloat16' || engine.info.backend === 'tensorflow-gpu',
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
