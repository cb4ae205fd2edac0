/** The model on a labelled split, without dropout. */
import { evaluationBatches } from './length-bucketing.ts'
import { lossShare, type EncodedExample } from '../heads/encoded-example.ts'
import type { Prediction } from '@shared/tasks/prediction.ts'
import type { Trainer } from './trainer.ts'

/** Loss and predictions, in the examples' order; no predictions where the model's outputs are not finite. */
export type Evaluation =
  | {
      readonly isFinite: true
      /** Mean over the examples, or over their labelled tokens. */
      readonly loss: number
      readonly predictions: readonly Prediction[]
    }
  | {
      readonly isFinite: false
      /** NaN or infinite: of the first batch whose loss is not finite. */
      readonly loss: number
    }

/**
 * Evaluates a split. An iterator over batches, so that the caller can stay responsive in between. It ends at the first batch
 * whose loss is not finite: a single output that is not finite makes the loss so, and the greatest of such outputs is no
 * prediction.
 *
 * @param trainer holds the weights
 * @param examples labelled examples
 * @param examplesPerBatch B
 * @yields after every batch: examples done so far
 * @returns mean loss and predictions
 */
export function* evaluate(
  trainer: Pick<Trainer, 'evaluate'>,
  examples: readonly EncodedExample[],
  examplesPerBatch: number,
): Generator<number, Evaluation> {
  const predictions = new Array<Prediction>(examples.length).fill(0)
  let shares = 0
  const lengths = examples.map((example) => example.inputIds.length)
  let lossSum = 0
  let done = 0
  for (const indices of evaluationBatches(lengths, examplesPerBatch)) {
    const batch = indices.map((index) => examples[index]!)
    const longest = Math.max(...indices.map((index) => lengths[index]!))
    const { loss, predictions: predicted } = trainer.evaluate({ examples: batch, length: longest })
    if (!Number.isFinite(loss)) return { isFinite: false, loss }
    const share = batch.reduce((sum, example) => sum + lossShare(example), 0)
    lossSum += loss * share
    shares += share
    indices.forEach((index, place) => (predictions[index] = predicted[place]!))
    done += indices.length
    yield done
  }
  return { isFinite: true, loss: lossSum / shares, predictions }
}
