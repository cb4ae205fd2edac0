/** What a kind of task brings to an encoder: its last layers, its labels, its loss, what it predicts. */
import type * as tf from '@tensorflow/tfjs'
import type { Prediction } from '@shared/tasks/prediction.ts'
import type { TaskKind } from '@shared/tasks/task.ts'
import type { EncoderInputs, ForwardOptions, LastBlock } from '../models/forward-options.ts'
import type { Model } from '../models/model-config.ts'
import type { ModelFamily } from '../models/model-family.ts'
import type { AffinePlace, WeightSpec } from '../models/weight-spec.ts'
import type { EncodedExample } from './encoded-example.ts'
import type { Targets, TargetsOf } from './targets.ts'

/** Label that is attributed: the model's own prediction, or the gold label. */
export type AttributionTarget = 'pseudo-label' | 'gold-label'

/** Labels that are attributed: one of the two, or given class indices, int32 [R]. */
export type AttributedLabels = AttributionTarget | tf.Tensor1D

/** An affine map of a head. */
export interface HeadMap {
  /** Hugging Face's name, without `.weight` and `.bias`. */
  readonly name: string
  /** `labels`: as many outputs as there are labels; `hidden`: the hidden width. */
  readonly outputs: 'hidden' | 'labels'
  readonly part: WeightSpec['part']
  readonly place: Extract<AffinePlace, 'head-dense' | 'classifier'>
}

/** How the labels of a batch are laid out. */
export interface LabelField {
  readonly dtype: 'int32' | 'float32'
  /** Labels of an example: one, or one a token. */
  readonly per: 'example' | 'token'
  /** An example's labels; fewer than tokens of the batch are filled up. */
  of(example: EncodedExample): readonly number[]
  /** What stands where nothing has a label. */
  readonly none: number
}

/**
 * A kind of task. R counts what is classified in a batch, in order: its B examples, or its B·T tokens.
 *
 * Everything here runs eagerly and in traced graphs alike: shapes may depend on shapes, never on values.
 */
export interface TaskHead<Kind extends TaskKind = TaskKind> {
  /** Query tokens that the last block must compute for this head. */
  readonly lastBlock: LastBlock
  /** `class`: logits are of classes; `score`: the one logit is the predicted score. */
  readonly output: 'class' | 'score'
  readonly labels: LabelField
  /**
   * Its affine maps, in the order in which they are applied.
   *
   * @param family the encoder's
   */
  maps(family: ModelFamily): readonly HeadMap[]
  /**
   * Logits from the encoder's output.
   *
   * @param model weights and sizes
   * @param hidden the encoder's: float32 [B, E], the first tokens, or [B·T, E], see `lastBlock`
   * @param inputs of the pass
   * @param options of the pass; `lastBlock` says which of the two `hidden` is
   * @returns float32 [R, C]
   */
  logits(
    model: Model,
    hidden: tf.Tensor2D,
    inputs: EncoderInputs,
    options: ForwardOptions & { readonly lastBlock: LastBlock },
  ): tf.Tensor2D
  /**
   * Gold labels of a batch.
   *
   * @param labels of `labels.dtype`: [B] or [B, T]
   * @param weights each example's share of the loss, float32 [B]
   * @param inputs of the batch
   */
  targets(labels: tf.Tensor, weights: tf.Tensor1D, inputs: EncoderInputs): Targets & { readonly kind: Kind }
  /**
   * The loss of every example by itself.
   *
   * @param logits float32 [R, C]
   * @param targets gold labels
   * @returns float32 [B]
   */
  losses(logits: tf.Tensor2D, targets: TargetsOf<Kind>): tf.Tensor1D
  /**
   * Each example's mean of numbers that belong to what is classified, over what has a label.
   *
   * @param values float32 [R]
   * @param targets gold labels
   * @returns float32 [B]
   */
  perExample(values: tf.Tensor1D, targets: TargetsOf<Kind>): tf.Tensor1D
  /**
   * The attributed scalar F of a batch: its gradient with respect to the attention weights is the attribution.
   *
   * @param logits float32 [R, C]
   * @param targets gold labels
   * @param labels whose logit or probability
   * @returns float32 scalar
   */
  attributed(logits: tf.Tensor2D, targets: TargetsOf<Kind>, labels: AttributedLabels): tf.Scalar
  /**
   * What evaluation reads.
   *
   * @param logits float32 [R, C]
   * @returns class indices (argmax, first on ties), int32 [R]; or scores, float32 [R]
   */
  predictions(logits: tf.Tensor2D): tf.Tensor1D
  /**
   * What is predicted for every example.
   *
   * @param predictions of a batch, R numbers
   * @param examples of the batch, in order
   * @param tokens T of the batch
   */
  read(
    predictions: ArrayLike<number>,
    examples: readonly EncodedExample[],
    tokens: number,
  ): readonly Prediction[]
}
