/** HiddenCut: a second pass whose layers lose a span of tokens must agree with the whole one. */
import * as tf from '@tensorflow/tfjs'
import { dropout } from '../layers/dropout.ts'
import { headOf } from '../heads/head-table.ts'
import { exampleLosses } from '../losses/task-loss.ts'
import { withGradient } from '../tensors/with-gradient.ts'
import type { EncoderInputs, ForwardOptions } from '../models/forward-options.ts'
import type { PassRandom } from '../random/uniform-source.ts'
import type { HiddenCutConfig } from '@shared/config/methods/hidden-cut.ts'
import type { Regularizer } from './regularizer.ts'

/**
 * HiddenCut with the given settings.
 *
 * The pass with cut spans has vanilla dropout everywhere but at the feed-forward outputs, where the cut stands in its
 * place: a span of zeros, the rest unscaled.
 *
 * @equation  L = CE + γ·CE(cut) + η·½(KL(P‖M) + KL(Q‖M)), M = ½(P + Q); regression: L = MSE + γ·MSE(cut)
 * @source    Chen et al. 2021, arXiv:2106.00149
 * @differs   The released code computes ½(KL(M‖P) + KL(M‖Q)) (`divergence: 'as-released'`). Attention received is summed
 *            over the queries of real tokens, there over those of padding too. As in the paper the sum is not divided by
 *            the number of its terms, so a step is longer than fine-tuning’s. A single score has no distribution: on
 *            regression there is no divergence, which is also what the released code’s softmax makes of it.
 * @param settings α, candidates, weights, divergence
 */
export function hiddenCut(settings: HiddenCutConfig): Regularizer {
  const { cutLossWeight, consistencyWeight } = settings
  return {
    prepare({ batch: { inputs, targets }, random }) {
      return {
        losses(model) {
          // The whole pass draws plain fine-tuning’s numbers: with weights of 0 it is plain fine-tuning.
          const whole = model.logits(inputs, { random: random('second') })
          const cut = model.logits(inputs, cutPass(settings, inputs, random('first'), random('mask')))
          const losses = tf.add<tf.Tensor1D>(
            exampleLosses(whole, targets),
            tf.mul(exampleLosses(cut, targets), cutLossWeight),
          )
          const head = headOf(targets.kind)
          if (head.output === 'score') return losses
          const distance = head.perExample(divergence(whole, cut, settings.divergence), targets)
          return tf.add(losses, tf.mul(distance, consistencyWeight))
        },
      }
    },
  }
}

/** A pass whose layers lose a span of their feed-forward output each. */
function cutPass(
  settings: HiddenCutConfig,
  { isReal }: EncoderInputs,
  vanilla: PassRandom,
  spans: PassRandom,
): ForwardOptions {
  let attention: tf.Tensor4D
  return {
    // The span depends on what all tokens read, also in the last block.
    lastBlock: 'every-token',
    probe: {
      beforeDropout(_layer, weights) {
        attention = weights
        return weights
      },
    },
    dropout(values, site) {
      if (site.kind !== 'feed-forward-output') return dropout(values, site.probability, vanilla, site.name)
      return withGradient(
        { values },
        // In here nothing is differentiated: the span is a constant.
        (keep) => {
          const draw = spans.uniform([isReal.shape[0], 1], `hidden-cut.${site.name}`) as tf.Tensor2D
          const isKept = tf.reshape(
            spanKeepMask(attentionReceived(attention, isReal), isReal, draw, settings),
            [-1, 1],
          )
          keep(isKept)
          return tf.mul(values, isKept)
        },
        (dy, [isKept]) => ({ values: () => tf.mul(dy, isKept!) }),
      )
    },
  }
}

/**
 * How much attention every token gets.
 *
 * @param weights of all heads, float32 [B, H, T, S]
 * @param isReal float32 [B, T]; 1 = real token
 * @returns sum over heads and real query tokens, float32 [B, S]; 0 at padding
 */
export function attentionReceived(weights: tf.Tensor4D, isReal: tf.Tensor2D): tf.Tensor2D {
  const [batch, tokens] = isReal.shape
  const isQuery = tf.reshape(isReal, [batch, tokens, 1])
  return tf.sum(tf.mul(tf.sum(weights, 1), isQuery), 1)
}

/**
 * The tokens that a cut leaves in place.
 *
 * @equation  start = token of rank ⌊u·k⌋ by importance, k = max(1, ⌊share·n⌋); cut: start ≤ t < start + max(1, ⌊α·n⌋)
 * @param importance float32 [B, T], at least 0
 * @param isReal float32 [B, T]; 1 = real token, n of them in a row of the batch
 * @param draw u, float32 [B, 1] in [0, 1)
 * @param settings α and the candidates’ share
 * @returns float32 [B, T]; 1 = stays, also at padding
 */
export function spanKeepMask(
  importance: tf.Tensor2D,
  isReal: tf.Tensor2D,
  draw: tf.Tensor2D,
  settings: Pick<HiddenCutConfig, 'cutRatio' | 'candidateShare'>,
): tf.Tensor2D {
  const lengths = tf.sum<tf.Tensor2D>(isReal, 1, true)
  const count = (ratio: number): tf.Tensor => tf.maximum(tf.floor(tf.mul(lengths, ratio)), 1)
  const places = tf.mul<tf.Tensor2D>(isReal, tf.range(0, isReal.shape[1]))
  const wanted = tf.floor(tf.mul(draw, count(settings.candidateShare)))
  const isStart = tf.cast(tf.equal(rank(importance, isReal, places), wanted), 'float32')
  const start = tf.sum(tf.mul(isStart, places), 1, true)
  const offset = tf.sub(places, start)
  const isInside = tf.logicalAnd(tf.greaterEqual(offset, 0), tf.less(offset, count(settings.cutRatio)))
  return tf.sub(1, tf.mul(tf.cast(isInside, 'float32'), isReal))
}

/** Rank of every token by importance, 0 the most important, earlier tokens first among equals; padding last. */
function rank(importance: tf.Tensor2D, isReal: tf.Tensor2D, places: tf.Tensor2D): tf.Tensor2D {
  const order = tf.sub<tf.Tensor2D>(tf.mul(importance, isReal), tf.sub(1, isReal))
  const [own, other] = [tf.expandDims(order, 2), tf.expandDims(order, 1)]
  const isEarlier = tf.less(tf.expandDims(places, 1), tf.expandDims(places, 2))
  const isBefore = tf.logicalOr(tf.greater(other, own), tf.logicalAnd(tf.equal(other, own), isEarlier))
  return tf.sum(tf.cast(isBefore, 'float32'), 2)
}

/**
 * Divergence of two predictions by way of their mean.
 *
 * @equation  ½(KL(P‖M) + KL(Q‖M)), M = ½(P + Q); as released: ½(KL(M‖P) + KL(M‖Q))
 * @param first  logits, float32 [R, C]
 * @param second logits, float32 [R, C]
 * @param form which of the two
 * @returns float32 [R], at least 0
 */
export function divergence(
  first: tf.Tensor2D,
  second: tf.Tensor2D,
  form: HiddenCutConfig['divergence'],
): tf.Tensor1D {
  const [logP, logQ] = [tf.logSoftmax(first), tf.logSoftmax(second)]
  // log ½(p + q), finite also where both probabilities round to 0.
  const logM = tf.sub(tf.add(logQ, tf.softplus(tf.sub(logP, logQ))), Math.LN2)
  const weighted = (logs: tf.Tensor, difference: tf.Tensor): tf.Tensor => tf.mul(tf.exp(logs), difference)
  const twice =
    form === 'as-released'
      ? weighted(logM, tf.sub(tf.mul(logM, 2), tf.add(logP, logQ)))
      : tf.add(weighted(logP, tf.sub(logP, logM)), weighted(logQ, tf.sub(logQ, logM)))
  return tf.mul(tf.sum<tf.Tensor1D>(twice, -1), 0.5)
}
