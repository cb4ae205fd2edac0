/** Selection of the k-th smallest entry of every row. */
import * as tf from '@tensorflow/tfjs'

/** Name under which a backend may register a faster kernel: inputs `{ values }`, attributes `{ rank }`. */
export const kthSmallestKernel = 'KthSmallest'

/**
 * The k-th smallest entry of every row.
 *
 * Backends without a kernel of their own order the nearer end of the row.
 *
 * @param values float32 [B, H, T, S]
 * @param rank k, counted from 0, less than S
 * @returns float32 [B, H, T, 1]; a constant to gradients
 */
export function kthSmallest(values: tf.Tensor4D, rank: number): tf.Tensor4D {
  if (tf.getKernel(kthSmallestKernel, tf.getBackend())) {
    return tf.engine().runKernel(kthSmallestKernel, { values }, { rank })
  }
  const columns = values.shape[3]
  const fromTop = columns - rank
  if (fromTop <= rank + 1) return lastColumn(tf.topk(values, fromTop).values)
  return tf.neg(lastColumn(tf.topk(tf.neg(values), rank + 1).values))
}

/** The last entry of every row: float32 [B, H, T, 1]. */
function lastColumn(rows: tf.Tensor4D): tf.Tensor4D {
  const [batch, heads, tokens, width] = rows.shape
  return tf.slice(rows, [0, 0, 0, width - 1], [batch, heads, tokens, 1])
}
