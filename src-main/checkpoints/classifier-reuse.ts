/** Whether a checkpoint's classifier can serve another task. */

/** What to do with the classifier, and why it is not reused. */
export type ClassifierDecision =
  { readonly kind: 'reuse' } | { readonly kind: 'initialise'; readonly reason: string }

/**
 * Decides whether to start from the checkpoint's classifier: only when it is there and has as many outputs as the task.
 *
 * @param weightShape shape of `classifier.weight`, [outputs, hidden]; null when the checkpoint has none
 * @param outputs labels of the task; 1 for regression
 */
export function decideClassifier(weightShape: readonly number[] | null, outputs: number): ClassifierDecision {
  if (weightShape === null)
    return { kind: 'initialise', reason: 'The checkpoint has no classifier; it is initialised.' }
  if (weightShape[0] === outputs) return { kind: 'reuse' }
  return {
    kind: 'initialise',
    reason: `The checkpoint’s classifier has ${weightShape[0] ?? 0} outputs, the task needs ${outputs}; it is initialised.`,
  }
}
