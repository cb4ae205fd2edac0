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

/** Training losses that are not of one objective, in words. */
export interface DifferingObjectives {
  /** Such as `not one objective: R-Drop and HiddenCut add terms`. */
  readonly summary: string
  /** Such as `R-Drop adds …; HiddenCut adds …`. */
  readonly details: string
}

/**
 * Which of several groups' training losses are of another objective.
 *
 * @param groups groups shown together
 * @returns null where all train the same one
 */
export function differingObjectives(
  groups: readonly Pick<ComparisonGroup, 'method'>[],
): DifferingObjectives | null {
  const kinds = [...new Set(groups.map(({ method }) => method))]
  const each = kinds.map((kind) => ({ name: methodDefinitions[kind].card.name, added: addedLossOf(kind) }))
  if (new Set(each.map(({ added }) => added)).size < 2) return null
  const adding = each.filter(({ added }) => added !== null)
  const names = adding.map(({ name }) => name).join(', ')
  return {
    summary: `not one objective: ${names} ${adding.length === 1 ? 'adds' : 'add'} terms`,
    details: adding.map(({ name, added }) => `${name} adds ${added ?? ''}`).join('; '),
  }
}
