/** Steps computed operation by operation: runs on every backend, and is the reference of traced ones. */
import * as tf from '@tensorflow/tfjs'
import { taskLoss } from '../losses/task-loss.ts'
import { classifierLogits } from '../models/sequence-classifier.ts'
import { fineTuning } from '../regularizers/fine-tuning.ts'
import { regularizerFor } from '../regularizers/method-table.ts'
import { inScope } from '../tensors/in-scope.ts'
import { disposeBatch, makeBatch } from './make-batch.ts'
import { trainStep } from './train-step.ts'
import type { Optimizer } from '../optimizers/optimizer.ts'
import type { UniformSource } from '../random/uniform-source.ts'
import type { Batch } from '../regularizers/regularizer.ts'
import type { EvaluatedBatch, ExampleBatch, StepPlace, Trainer } from './trainer.ts'
import type { MethodConfig } from '@shared/config/method-config.ts'
import type { EncoderConfig } from '@shared/results/checkpoint-summary.ts'

/** What an eager trainer works with. */
export interface EagerTrainerParts {
  readonly config: EncoderConfig
  readonly kind: 'classification' | 'regression'
  readonly method: MethodConfig
  /** The run's seed. */
  readonly seed: number
  readonly uniform: UniformSource
  /** Longest gradient; null = no clipping. */
  readonly maxGradientNorm: number | null
  /** Owned from now on. */
  readonly optimizer: Optimizer
}

/**
 * A trainer on the current backend.
 *
 * @param parts model, method, optimizer, randomness
 */
export function createEagerTrainer(parts: EagerTrainerParts): Trainer {
  const { config, kind, optimizer } = parts
  const regularizer = regularizerFor(parts.method)
  const withBatch = <Value>({ examples, length }: ExampleBatch, work: (batch: Batch) => Value): Value => {
    const batch = makeBatch(examples, kind, config.padTokenId, { rows: examples.length, tokens: length })
    try {
      return work(batch)
    } finally {
      disposeBatch(batch)
    }
  }
  return {
    step: (examples, { stepNumber, phase, learningRate }: StepPlace, onPart) =>
      withBatch(examples, (batch) =>
        trainStep(
          { ...parts, learningRate, onPart },
          batch,
          phase === 'regularized' ? regularizer : fineTuning,
          stepNumber,
        ),
      ),
    evaluate: (examples): EvaluatedBatch =>
      withBatch(examples, (batch) =>
        inScope(() => {
          const logits = classifierLogits(optimizer.parameters(), config, batch.inputs)
          const predictions = kind === 'regression' ? tf.reshape(logits, [-1]) : tf.argMax(logits, -1)
          return { loss: taskLoss(logits, batch.targets).dataSync()[0]!, predictions: predictions.dataSync() }
        }),
      ),
    weights: () =>
      new Map(
        [...optimizer.parameters()].map(([name, tensor]) => [
          name,
          { shape: tensor.shape, values: tensor.dataSync<'float32'>() },
        ]),
      ),
    optimizerState: () => optimizer.state(),
    dispose: () => {
      optimizer.dispose()
    },
  }
}
