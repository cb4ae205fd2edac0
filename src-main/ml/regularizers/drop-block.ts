/** DropBlock: blocks of consecutive tokens lose hidden units. */
import * as tf from '@tensorflow/tfjs'
import { dropout } from '../layers/dropout.ts'
import { withGradient } from '../tensors/with-gradient.ts'
import type { DropoutRule, DropoutSite } from '../models/forward-options.ts'
import type { DropBlockConfig } from '@shared/config/methods/drop-block.ts'
import type { Regularizer, StepContext } from './regularizer.ts'

/**
 * DropBlock with the given settings, on sequences.
 *
 * It acts on the hidden states that each block's two halves add to the residual, after vanilla dropout there: the places
 * where every token has a vector of its own and where losing it does not cut the token off from later layers.
 *
 * @equation  y = x⊙M·|M|/ΣM, M = 0 in blocks of b tokens; a block begins at a token with probability
 *            γ = (drop/b)·n/(n − b + 1)
 * @source    Ghiasi, Lin and Le 2018, arXiv:1810.12890, Algorithm 1 and Eq. 1, with one axis in place of two
 * @differs   A block lies within the example's n real tokens; where n < b it is the whole example. |M| and ΣM count every
 *            example's real tokens by themselves, so that examples of a batch do not touch. `mask: 'shared'` drops whole
 *            vectors, as a re-implementation in PyTorch does, which also simplifies γ to drop/b; here γ is the paper's.
 *            Without a schedule: drop is the same in every step, since a step does not know its place in the run. Vanilla
 *            dropout stays on.
 * @param settings drop rate, block size, mask
 */
export function dropBlock(settings: DropBlockConfig): Regularizer {
  return { prepare: (step) => ({ pass: { dropout: blockRule(step, settings) } }) }
}

/** Whether blocks are dropped at a place. */
const isHit = ({ kind }: DropoutSite): boolean =>
  kind === 'attention-output' || kind === 'feed-forward-output'

/** Vanilla dropout, and blocks after it where they are dropped. */
function blockRule({ batch, random, config }: StepContext, settings: DropBlockConfig): DropoutRule {
  const { isReal } = batch.inputs
  const [examples, tokens] = isReal.shape
  const units = settings.mask === 'shared' ? 1 : config.hiddenSize
  const probability = startProbability(isReal, settings)
  const [vanilla, blocks] = [random('second'), random('mask')]
  return <Value extends tf.Tensor>(values: Value, site: DropoutSite): Value => {
    const usual = dropout(values, site.probability, vanilla, site.name)
    if (settings.dropRate === 0 || !isHit(site)) return usual
    const scaled = (rows: Value): Value => {
      const draws = blocks.uniform([examples, tokens, units], `drop-block.${site.name}`) as tf.Tensor3D
      const factors = blockFactors(draws, probability, isReal, settings.blockSize)
      const [count] = rows.shape as [number]
      // The last block has rows of the first token only.
      const ofRows = tf.slice(factors, [0, 0, 0], [examples, count / examples, units])
      return tf.mul<Value>(rows, tf.reshape(ofRows, [count, units]))
    }
    // Drawn again instead of kept, as in vanilla dropout.
    return withGradient<Value>(
      { usual },
      () => scaled(usual),
      (dy) => ({ usual: () => scaled(dy) }),
    )
  }
}

/**
 * Probability that a block begins at a token.
 *
 * @equation  γ = (drop/b)·n/(n − b + 1) at the first n − b + 1 tokens, 0 elsewhere; b at most n
 * @param isReal float32 [B, T]; 1 = real token, n of them in a row of the batch, at least 1
 * @param settings drop and b
 * @returns float32 [B, T, 1]
 */
export function startProbability(
  isReal: tf.Tensor2D,
  settings: Pick<DropBlockConfig, 'dropRate' | 'blockSize'>,
): tf.Tensor3D {
  const { dropRate, blockSize } = settings
  const lengths = tf.sum(isReal, 1, true)
  const block = tf.minimum(lengths, blockSize)
  const starts = tf.add(tf.sub(lengths, block), 1)
  const rate = tf.div(tf.mul(lengths, dropRate), tf.mul(block, starts))
  const isStart = tf.cast(tf.less(tf.range(0, isReal.shape[1]), starts), 'float32')
  return tf.expandDims(tf.mul(rate, isStart), 2)
}

/**
 * What hidden states are multiplied by.
 *
 * @equation  factor = M·|M|/ΣM, both counted over an example's real tokens
 * @param draws uniform numbers, float32 [B, T, U]; U = E, or 1 where a mask is shared by all units
 * @param probability that a block begins at a token, float32 [B, T, 1]
 * @param isReal float32 [B, T]; 1 = real token
 * @param blockSize b
 * @returns float32 [B, T, U]; 0 = dropped; padding is never dropped
 */
export function blockFactors(
  draws: tf.Tensor3D,
  probability: tf.Tensor3D,
  isReal: tf.Tensor2D,
  blockSize: number,
): tf.Tensor3D {
  const begins = tf.cast<tf.Tensor3D>(tf.less(draws, probability), 'float32')
  const real = tf.expandDims(isReal, 2)
  const isKept = tf.sub(1, tf.mul(widened(begins, blockSize), real))
  const kept = tf.sum(tf.mul(isKept, real), [1, 2], true)
  const all = tf.mul(tf.sum(real, 1, true), draws.shape[2])
  return tf.mul(isKept, tf.div(all, tf.maximum(kept, 1)))
}

/** Every 1 and the `size − 1` tokens after it: float32 [B, T, U], by doubling what has been widened so far. */
function widened(begins: tf.Tensor3D, size: number): tf.Tensor3D {
  let wide = begins
  for (let reach = 1; reach < size;) {
    const shift = Math.min(reach, size - reach)
    const later = tf.slice(
      tf.pad(wide, [
        [0, 0],
        [shift, 0],
        [0, 0],
      ]),
      [0, 0, 0],
      wide.shape,
    )
    wide = tf.maximum(wide, later)
    reach += shift
  }
  return wide
}
