/** One label for a text or a pair of texts. */
import * as tf from '@tensorflow/tfjs'
import { crossEntropy, oneHot } from '../losses/cross-entropy.ts'
import { withGradient } from '../tensors/with-gradient.ts'
import { sequenceHead } from './sequence-head.ts'
import type { TargetsOf } from './targets.ts'
import type { AttributedLabels, TaskHead } from './task-head.ts'

/**
 * Classification.
 *
 * @equation  losses: −log softmax(logits)[label]
 * @equation  attributed: F = Σ logits[c] over the examples, c = argmax logits (first on ties), the gold label or a given
 *            one. Examples do not interact, so its gradient holds every example's own.
 * @source    AD-DROP Eq. 4 and 5
 */
export const classification: TaskHead<'classification'> = {
  ...sequenceHead,
  output: 'class',
  labels: { dtype: 'int32', per: 'example', none: 0, of: ({ label }) => [label ?? 0] },
  targets: (labels, weights) => ({ kind: 'classification', labels: labels as tf.Tensor1D, weights }),
  losses: (logits, { labels }) => crossEntropy(logits, labels),
  perExample: (values) => values,
  attributed(logits, targets, wanted) {
    // The choice of the label is a constant: no gradient flows through argmax.
    return withGradient<tf.Scalar>(
      { logits },
      (keep) => {
        const chosen = oneHot(labelsOf(wanted, logits, targets), logits.shape[1])
        keep(chosen)
        return tf.sum(tf.mul(logits, chosen))
      },
      (dF, [chosen]) => ({ logits: () => tf.mul(dF, chosen!) }),
    )
  },
  predictions: (logits) => tf.argMax(logits, -1),
}

function labelsOf(
  wanted: AttributedLabels,
  logits: tf.Tensor2D,
  { labels }: TargetsOf<'classification'>,
): tf.Tensor1D {
  if (typeof wanted !== 'string') return wanted
  return wanted === 'gold-label' ? labels : tf.argMax<tf.Tensor1D>(logits, -1)
}
