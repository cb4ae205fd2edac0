/** What training losses are losses of: methods that add terms to the task's loss cannot be compared by it. */
import { methodDefinitions, type MethodKind } from '../config/method-config.ts'
import type { ComparisonGroup } from './comparison.ts'

/**
 * What a method's training loss holds beside the task's loss of one pass, in the epochs in which it acts.
 *
 * @param method which method
 * @returns null where that is nothing
 */
export function addedLossOf(method: MethodKind): string | null {
  const definition: { readonly addedLoss?: string } = methodDefinitions[method]
  return definition.addedLoss ?? null
}

/**
 * Which of several groups' training losses are of another objective.
 *
 * @param groups groups shown together
 * @returns such as `not one objective: R-Drop adds …`; null where all train the same one
 */
export function differingObjectives(groups: readonly Pick<ComparisonGroup, 'method'>[]): string | null {
  const kinds = [...new Set(groups.map(({ method }) => method))]
  const each = kinds.map((kind) => ({ name: methodDefinitions[kind].card.name, added: addedLossOf(kind) }))
  if (new Set(each.map(({ added }) => added)).size < 2) return null
  const texts = each.flatMap(({ name, added }) => (added === null ? [] : [`${name} adds ${added}`]))
  return `not one objective: ${texts.join('; ')}`
}
