/** R-Drop: two passes of the same batch with different dropout must agree. */
import * as tf from '@tensorflow/tfjs'
import { headOf } from '../heads/head-table.ts'
import { exampleLosses } from '../losses/task-loss.ts'
import type { Targets } from '../heads/targets.ts'
import type { TaskHead } from '../heads/task-head.ts'
import type { RDropConfig } from '@shared/config/methods/r-drop.ts'
import type { Regularizer } from './regularizer.ts'

/**
 * R-Drop with the given settings.
 *
 * @equation  L = ½(CE₁ + CE₂) + (α/2)·½(KL(P₁‖P₂) + KL(P₂‖P₁)); regression: L = ½(MSE₁ + MSE₂) + (α/2)·(ŷ₁ − ŷ₂)²
 * @source    Liang et al. 2021, arXiv:2106.14448, Eq. 1 to 4
 * @differs   Half of the paper's sum, so that a step is as long as fine-tuning's. The divergence is summed over the batch as
 *            in the released code, or averaged as in the paper's equations (`reduction: 'mean'`): the same α then weighs as
 *            many times less as a batch has examples. Regression is the released code's squared distance, which it
 *            averages: there `reduction` has no effect.
 * @param settings α and the reduction
 */
export function rDrop(settings: RDropConfig): Regularizer {
  const { consistencyWeight, reduction } = settings
  return {
    mixesExamples: reduction === 'sum',
    prepare({ batch: { inputs, targets }, random }) {
      return {
        losses(model) {
          const first = model.logits(inputs, { random: random('first') })
          const second = model.logits(inputs, { random: random('second') })
          const losses = tf.mul(tf.add(exampleLosses(first, targets), exampleLosses(second, targets)), 0.5)
          const weight = tf.mul(exampleCount(targets, reduction), consistencyWeight / 2)
          const head = headOf(targets.kind)
          const distance = head.perExample(disagreement(first, second, head.output), targets)
          return tf.add<tf.Tensor1D>(losses, tf.mul(distance, weight))
        },
      }
    },
  }
}

/**
 * How far two predictions lie apart: the mean of both Kullback-Leibler divergences, or the squared distance of scores.
 *
 * @equation  ½ Σ_c (p_c − q_c)·(log p_c − log q_c)
 * @param first  logits, float32 [R, C]
 * @param second logits, float32 [R, C]
 * @param output what they are of
 * @returns float32 [R], at least 0
 */
export function disagreement(
  first: tf.Tensor2D,
  second: tf.Tensor2D,
  output: TaskHead['output'],
): tf.Tensor1D {
  if (output === 'score') return tf.reshape(tf.square(tf.sub(first, second)), [-1])
  const [logP, logQ] = [tf.logSoftmax(first), tf.logSoftmax(second)]
  const difference = tf.mul(tf.sub(tf.exp(logP), tf.exp(logQ)), tf.sub(logP, logQ))
  return tf.mul<tf.Tensor1D>(tf.sum(difference, -1), 0.5)
}

/** What turns the mean over the batch into its reduction: 1, or the number of examples where divergences are summed. */
function exampleCount(targets: Targets, reduction: RDropConfig['reduction']): tf.Scalar {
  if (reduction === 'mean' || headOf(targets.kind).output === 'score') return tf.scalar(1)
  const { weights, labels } = targets
  if (weights === undefined) return tf.scalar(labels.shape[0])
  return tf.sum(tf.cast(tf.greater(weights, 0), 'float32'))
}
