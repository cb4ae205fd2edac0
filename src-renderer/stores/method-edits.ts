/** Edits of a study's methods in the form, each of which leaves them with what the task and the recipe say of them. */
import type { MethodKind } from '@shared/config/method-config.ts'
import type { RecipeId } from '@shared/config/run-description.ts'
import type { DatasetSummary } from '@shared/results/dataset-summary.ts'
import type { Ref } from 'vue'
import { chooseKind, newMethod, type MethodDraft } from './method-draft.ts'
import type { StudyDraft } from './study-draft.ts'
import { applyTaskSettings } from './task-settings.ts'

/** What can be done to the methods. */
export interface MethodEdits {
  /** Fills in what depends on task and recipe, in every method. */
  fitMethods(): void
  /** One recipe for all methods, or each method's own. */
  chooseRecipe(recipe: RecipeId): void
  addMethod(kind: MethodKind): void
  /** Makes one of the methods another, which begins as a new one would unless it was that before. */
  changeKind(id: number, kind: MethodKind): void
  removeMethod(id: number): void
}

/**
 * The edits of a form.
 *
 * @param draft the form; changed
 * @param dataset the chosen data set
 */
export function methodEdits(
  draft: Ref<StudyDraft>,
  dataset: Readonly<Ref<DatasetSummary | null>>,
): MethodEdits {
  const fit = (method: MethodDraft): void => {
    if (dataset.value !== null) applyTaskSettings(method, dataset.value.task, draft.value.recipe)
  }
  const fitMethods = (): void => {
    draft.value.methods.forEach(fit)
  }
  return {
    fitMethods,
    chooseRecipe(recipe) {
      draft.value.recipe = recipe
      fitMethods()
    },
    addMethod(kind) {
      const lastId = Math.max(0, ...draft.value.methods.map(({ id }) => id))
      const method = newMethod(lastId + 1, kind)
      fit(method)
      draft.value.methods.push(method)
    },
    changeKind(id, kind) {
      const method = draft.value.methods.find((candidate) => candidate.id === id)
      if (method === undefined) return
      const isNew = method.settings[kind] === undefined
      chooseKind(method, kind)
      if (isNew) fit(method)
    },
    removeMethod(id) {
      draft.value.methods = draft.value.methods.filter((method) => method.id !== id)
    },
  }
}
