/** One label for every word of a text. */
import * as tf from '@tensorflow/tfjs'
import { tokenAttributionScalar } from '../attribution/token-attribution-scalar.ts'
import { crossEntropy } from '../losses/cross-entropy.ts'
import { dropAt } from '../models/dropout-site.ts'
import { familyOf } from '../models/model-table.ts'
import { affine } from '../models/parameters.ts'
import { ignoredLabel, type TargetsOf } from './targets.ts'
import type { TaskHead } from './task-head.ts'

/** Name of the one layer, in every family. */
const classifier = 'classifier'

/**
 * Token classification.
 *
 * @equation  logits = dropout(h)·Wcᵀ + bc for every token's hidden state h
 * @equation  losses: (1/n) Σ −log softmax(logits)[label] over an example's n labelled tokens; 0 where it has none. The
 *            examples' shares are their n, so that the batch's loss is the mean over all its labelled tokens.
 * @equation  attributed: see `tokenAttributionScalar`; with pseudo-labels every real token counts, special tokens and
 *            parts of words included, with gold labels those that have one
 * @source    the models' `…ForTokenClassification` in transformers; AD-DROP's appendix A
 */
export const tokenClassification: TaskHead<'token-classification'> = {
  lastBlock: 'every-token',
  output: 'class',
  labels: {
    dtype: 'int32',
    per: 'token',
    none: ignoredLabel,
    of: ({ words }) => words?.tokenLabels ?? [],
  },
  maps: () => [{ name: classifier, outputs: 'labels', part: 'head', place: 'classifier' }],
  logits({ parameters, config }, hidden, _inputs, options) {
    const sizes = { ...config, classifierDropout: config[familyOf(config).tokenDropout] }
    return affine(parameters, classifier, dropAt(hidden, { kind: 'classifier', layer: null }, sizes, options))
  },
  targets: (labels, weights, { isReal }) => ({
    kind: 'token-classification',
    labels: labels as tf.Tensor2D,
    isReal,
    weights,
  }),
  losses: (logits, targets) => labelledMean(crossEntropy(logits, tf.reshape(targets.labels, [-1])), targets),
  perExample: labelledMean,
  attributed(logits, targets, wanted) {
    const { labels, isReal } = targets
    const perToken: tf.Tensor3D = tf.reshape(logits, [...labels.shape, logits.shape[1]])
    if (wanted === 'gold-label') {
      const isLabelled = labelled(targets)
      // A token without a label counts with weight 0, whatever class stands for it.
      const classes = tf.mul<tf.Tensor2D>(labels, tf.cast(isLabelled, 'int32'))
      return tokenAttributionScalar(perToken, isLabelled, classes)
    }
    const given = typeof wanted === 'string' ? null : tf.reshape<tf.Rank.R2>(wanted, labels.shape)
    return tokenAttributionScalar(perToken, isReal, given)
  },
  predictions: (logits) => tf.argMax(logits, -1),
  read: (predictions, examples, tokens) =>
    examples.map(({ words }, row) =>
      (words?.firstTokens ?? []).map((place) => (place === null ? null : predictions[row * tokens + place]!)),
    ),
}

/** Which tokens have a label: float32 [B, T] of 0 and 1. */
function labelled({ labels }: Pick<TargetsOf<'token-classification'>, 'labels'>): tf.Tensor2D {
  return tf.cast(tf.notEqual(labels, ignoredLabel), 'float32')
}

/** Mean over each example's labelled tokens, 0 where it has none: float32 [B·T] → [B]. */
function labelledMean(values: tf.Tensor1D, targets: TargetsOf<'token-classification'>): tf.Tensor1D {
  const counts = labelled(targets)
  const sums = tf.sum(tf.mul(tf.reshape(values, targets.labels.shape), counts), 1)
  return tf.div(sums, tf.maximum(tf.sum(counts, 1), 1))
}
