/** Rows of a table. */
import * as tf from '@tensorflow/tfjs'
import { withGradient } from '../tensors/with-gradient.ts'

/**
 * Rows of an embedding table.
 *
 * @param table float32 [V, E]
 * @param ids   int32 [N], each in [0, V)
 * @returns float32 [N, E]
 */
export function embeddingLookup(table: tf.Tensor2D, ids: tf.Tensor1D): tf.Tensor2D {
  return withGradient<tf.Tensor2D>(
    { table },
    (keep) => {
      keep(ids)
      return tf.gather(table, ids)
    },
    (dy, [keptIds]) => ({ table: () => tf.unsortedSegmentSum(dy, keptIds as tf.Tensor1D, table.shape[0]) }),
  )
}
