/** What a forward pass may be asked beside its inputs. */
import type * as tf from '@tensorflow/tfjs'
import type { PassRandom } from '../random/uniform-source.ts'

/** A batch of token ids, padded on the right. */
export interface EncoderInputs {
  /** int32 [B, T] */
  readonly inputIds: tf.Tensor2D
  /** int32 [B, T] */
  readonly tokenTypeIds: tf.Tensor2D
  /** float32 [B, T]; 1 = real token, 0 = padding */
  readonly isReal: tf.Tensor2D
}

/**
 * float32 [B, H, T, S] of 0 and 1; 1 = the query token may read the key token. Padding columns are 0. Where only the
 * first token's query is computed, T may be 1.
 */
export type KeepMask = tf.Tensor4D

/** What a block's attention is made of beside its weights. */
export interface AttentionParts {
  /** The block's input at its query tokens, which its attention output is added to; float32 [B·T, E]. */
  readonly residual: tf.Tensor2D
  /** V; float32 [B, H, S, D]. */
  readonly values: tf.Tensor4D
  /** Context A·V through the attention output's weight, without its bias: linear in A; float32 [B·T, E]. */
  readonly projected: tf.Tensor2D
}

/**
 * A look at, and a hand on, what a pass computes while it runs. Each function answers the tensor the pass goes on
 * with: the one it was given, or one made from it.
 */
export interface AttentionProbe {
  /** A = softmax(…), before vanilla dropout; float32 [B, H, T, S]. */
  beforeDropout?(layer: number, weights: tf.Tensor4D): tf.Tensor4D
  /** Ã = dropout(A), what the values are weighted with; float32 [B, H, T, S]. */
  afterDropout?(layer: number, weights: tf.Tensor4D): tf.Tensor4D
  /**
   * The heads' contexts Ã·V side by side, what the attention output's weight is applied to; float32 [B·T, E], of which
   * head h has the columns hD to (h + 1)D − 1.
   */
  context?(layer: number, heads: tf.Tensor2D): tf.Tensor2D
  /** Output of a block's feed-forward sublayer with its bias, before vanilla dropout; float32 [B·T, E]. */
  feedForward?(layer: number, rows: tf.Tensor2D): tf.Tensor2D
  /** Told the rest of a block's attention; T is the block's query tokens. */
  attentionParts?(layer: number, parts: AttentionParts): void
  /** Output of the embedding block where a projection follows, float32 [B·T, embedding width]. For comparison with reference values. */
  embeddings?(rows: tf.Tensor2D): void
  /** Output of a block, float32 [B·T, E]; layer −1 is the embedding block. For comparison with reference values. */
  hiddenStates?(layer: number, rows: tf.Tensor2D): void
}

/** A place of the model where vanilla dropout stands, or could: at query, key and value it has probability 0. */
export interface DropoutSite {
  readonly kind:
    | 'embeddings'
    | 'query'
    | 'key'
    | 'value'
    | 'attention'
    | 'attention-output'
    | 'feed-forward-output'
    | 'head-input'
    | 'classifier'
  /** 0-based; null outside the blocks. */
  readonly layer: number | null
  /** Name of the place, for its random numbers. */
  readonly name: string
  /** Vanilla dropout's probability there. */
  readonly probability: number
}

/**
 * What stands where vanilla dropout would: gets the values of a place and answers those the pass goes on with. Values
 * are float32: [B, H, T, S] at `attention`, [B, E] at `head-input`, [R, E] at `classifier` (see `TaskHead`), [B·T, E]
 * elsewhere, T the block's query tokens but at `key` and `value`.
 */
export type DropoutRule = <Value extends tf.Tensor>(values: Value, site: DropoutSite) => Value

/** Options of a forward pass; none of them = evaluation. */
export interface ForwardOptions {
  /** Random numbers for vanilla dropout; absent = evaluation (no dropout). */
  readonly random?: PassRandom
  /** Replaces vanilla dropout everywhere; absent = vanilla dropout with `random`. */
  readonly dropout?: DropoutRule
  /** A hand on the sum of the three embeddings before its LayerNorm: float32 [B·T, E]. */
  readonly onEmbeddings?: (sum: tf.Tensor2D) => tf.Tensor2D
  /** Keep masks by layer index; layers without one use the padding mask alone. */
  readonly keepMasks?: ReadonlyMap<number, KeepMask>
  /** Added to the score of a masked position; float32's lowest value when absent, −10,000 in the released code. */
  readonly maskedScore?: number
  readonly probe?: AttentionProbe
  /**
   * Queries of the last block; what the head reads when left out, see `lastBlockOf`. Logits and gradients are the same
   * whichever is chosen.
   */
  readonly lastBlock?: LastBlock
}

/** Query tokens that the last block computes: the first alone, where a head reads no others, or all. */
export type LastBlock = 'first-token' | 'every-token'

/**
 * Query tokens T whose attention a block computes.
 *
 * @param layer 0-based
 * @param layers L
 * @param tokens T of the batch
 * @param lastBlock of the pass
 */
export function queryTokens(layer: number, layers: number, tokens: number, lastBlock: LastBlock): number {
  return layer === layers - 1 && lastBlock === 'first-token' ? 1 : tokens
}
