/** The model on a labelled split, without dropout. */
import * as tf from '@tensorflow/tfjs'
import { taskLoss } from '../losses/task-loss.ts'
import { classifierLogits } from '../models/sequence-classifier.ts'
import { inScope } from '../tensors/in-scope.ts'
import { evaluationBatches } from './length-bucketing.ts'
import { disposeBatch, makeBatch, type EncodedExample } from './make-batch.ts'
import type { Parameters } from '../models/parameters.ts'
import type { EncoderConfig } from '@shared/results/checkpoint-summary.ts'

/** Loss and predictions, in the examples' order. */
export interface Evaluation {
  /** Mean over the examples. */
  readonly loss: number
  /** Class index (argmax, first on ties), or the predicted score. */
  readonly predictions: readonly number[]
}

/**
 * Evaluates a split. An iterator over batches, so that the caller can stay responsive in between.
 *
 * @param parameters weights
 * @param config the model's sizes
 * @param examples labelled examples
 * @param kind what the labels are
 * @param examplesPerBatch B
 * @yields after every batch: examples done so far
 * @returns mean loss and predictions
 */
export function* evaluate(
  parameters: Parameters,
  config: EncoderConfig,
  examples: readonly EncodedExample[],
  kind: 'classification' | 'regression',
  examplesPerBatch: number,
): Generator<number, Evaluation> {
  const predictions = new Array<number>(examples.length).fill(0)
  const lengths = examples.map((example) => example.inputIds.length)
  let lossSum = 0
  let done = 0
  for (const indices of evaluationBatches(lengths, examplesPerBatch)) {
    const batch = makeBatch(
      indices.map((index) => examples[index]!),
      kind,
      config.padTokenId,
    )
    const { loss, predicted } = inScope(() => {
      const logits = classifierLogits(parameters, config, batch.inputs)
      const answer = kind === 'regression' ? tf.reshape(logits, [-1]) : tf.argMax(logits, -1)
      return { loss: taskLoss(logits, batch.targets).dataSync()[0]!, predicted: answer.dataSync() }
    })
    disposeBatch(batch)
    lossSum += loss * indices.length
    indices.forEach((index, place) => (predictions[index] = predicted[place]!))
    done += indices.length
    yield done
  }
  return { loss: lossSum / examples.length, predictions }
}
