/** Plain fine-tuning: nothing but the model's own dropout. */
import type { Regularizer } from './regularizer.ts'

/** The method that adds nothing. */
export const fineTuning: Regularizer = { prepare: () => ({}) }
