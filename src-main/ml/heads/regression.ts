/** One number for a text or a pair of texts. */
import * as tf from '@tensorflow/tfjs'
import { meanOf } from '../losses/mean-loss.ts'
import { sequenceHead } from './sequence-head.ts'
import type { TargetsOf } from './targets.ts'
import type { TaskHead } from './task-head.ts'

/**
 * Regression.
 *
 * @equation  losses: (logit − score)²
 * @equation  attributed: F = −L, the negative mean squared error; the gold score enters, whatever label is asked for
 * @source    AD-DROP's appendix A (negative loss)
 */
export const regression: TaskHead<'regression'> = {
  ...sequenceHead,
  output: 'score',
  labels: { dtype: 'float32', per: 'example', none: 0, of: ({ label }) => [label ?? 0] },
  targets: (labels, weights) => ({ kind: 'regression', labels: labels as tf.Tensor1D, weights }),
  losses: squaredErrors,
  perExample: (values) => values,
  attributed: (logits, targets) => tf.neg(meanOf(squaredErrors(logits, targets), targets.weights)),
  predictions: (logits) => tf.reshape(logits, [-1]),
}

function squaredErrors(logits: tf.Tensor2D, { labels }: TargetsOf<'regression'>): tf.Tensor1D {
  return tf.square(tf.sub<tf.Tensor1D>(tf.reshape(logits, [-1]), labels))
}
