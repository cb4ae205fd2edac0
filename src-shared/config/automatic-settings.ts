/** Settings that a run's data decide where nobody else did. */
import type { MethodConfig } from './method-config.ts'
import { definitionOf } from './method-fields.ts'
import type { TrainingData } from './methods/method-definition.ts'

/**
 * A method with the numbers that its empty settings stand for on this data.
 *
 * @param method with every default filled in
 * @param data the run's training examples and kind of labels
 */
export function withAutomaticSettings(method: MethodConfig, data: TrainingData): MethodConfig {
  const found = definitionOf(method.kind).automaticSettings?.(method, data)
  return found === undefined ? method : { ...method, ...found }
}
