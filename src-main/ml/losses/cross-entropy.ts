/** The loss of classes. */
import * as tf from '@tensorflow/tfjs'

/**
 * Cross-entropy of every row.
 *
 * @equation  −log softmax(logits)[label]
 * @param logits float32 [R, C]
 * @param labels int32 [R]; a row whose label is none of 0 to C − 1 has loss 0
 * @returns float32 [R]
 */
export function crossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor1D {
  return tf.neg(tf.sum<tf.Tensor1D>(tf.mul(oneHot(labels, logits.shape[1]), tf.logSoftmax(logits)), -1))
}

/**
 * One-hot rows.
 *
 * @param labels int32 [R]; a row of zeros where one is none of 0 to C − 1
 * @param classes C
 * @returns float32 [R, C]
 */
export function oneHot(labels: tf.Tensor1D, classes: number): tf.Tensor2D {
  return tf.cast<tf.Tensor2D>(tf.oneHot(labels, classes) as tf.Tensor2D, 'float32')
}
