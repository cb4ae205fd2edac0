/** How many examples are evaluated at a time. */

/** As a multiple of the training batch: no gradients, so more fit. */
const evaluationBatchFactor = 2

/**
 * Rows of an evaluation batch.
 *
 * @param batchSize rows of a training batch
 */
export function evaluationBatchSize(batchSize: number): number {
  return batchSize * evaluationBatchFactor
}
