/** Gold labels of a batch. */
import type * as tf from '@tensorflow/tfjs'
import type { TaskKind } from '@shared/tasks/task.ts'

/** What every kind of task's labels have. */
interface Shares {
  /**
   * Each example's share of the batch's loss, float32 [B], summing to 1; rows that only fill a batch up have 0. Left out:
   * equal shares.
   */
  readonly weights?: tf.Tensor1D
}

/** Label of a token that has none, as in Hugging Face's data: it counts in no loss. */
export const ignoredLabel = -100

/** Gold labels by kind of task. */
interface LabelsByKind {
  /** Class indices, int32 [B]. */
  readonly classification: { readonly labels: tf.Tensor1D }
  /** Scores, float32 [B]. */
  readonly regression: { readonly labels: tf.Tensor1D }
  readonly 'token-classification': {
    /** Class indices, int32 [B, T]; `ignoredLabel` where a token has none. */
    readonly labels: tf.Tensor2D
    /** float32 [B, T]; 1 = real token: the inputs' own. */
    readonly isReal: tf.Tensor2D
  }
}

/** Gold labels of a batch, for one kind of task. */
export type TargetsOf<Kind extends TaskKind> = Shares & { readonly kind: Kind } & LabelsByKind[Kind]

/** Gold labels of a batch. */
export type Targets = { readonly [Kind in TaskKind]: TargetsOf<Kind> }[TaskKind]
