/** Settings of a method in the form that depend on the task or on the recipe. */
import { definitionOf, usualSettings } from '@shared/config/method-fields.ts'
import { ownRecipe, type RecipeId } from '@shared/config/run-description.ts'
import type { SettingValue } from '@shared/config/setting-value.ts'
import { taskIds, tasks, type TaskId } from '@shared/tasks/task.ts'
import { draftValue, type MethodDraft } from './method-draft.ts'

/**
 * Fills in what the chosen task and recipe say of every method that was chosen here once; its other settings stay.
 *
 * @param method of the draft; changed
 * @param task of the data set
 * @param recipe of the study
 */
export function applyTaskSettings(method: MethodDraft, task: TaskId, recipe: RecipeId): void {
  for (const kind of Object.keys(method.settings) as (keyof typeof method.settings)[]) {
    const draft = method.settings[kind]
    if (draft === undefined) continue
    const definition = definitionOf(kind)
    const own = ownRecipe(kind)
    const usual = usualSettings(kind)
    // Any task may have set what this one leaves at its default.
    const named = taskIds.flatMap((id) => [
      ...Object.keys(definition.taskSettings?.(tasks[id]) ?? {}),
      ...Object.keys(own.method?.(id) ?? {}),
    ])
    const wanted: Record<string, unknown> = {
      ...Object.fromEntries(named.map((key) => [key, usual[key]])),
      ...definition.taskSettings?.(tasks[task]),
      ...(recipe === 'own' ? own.method?.(task) : {}),
    }
    for (const [key, value] of Object.entries(wanted)) draft.values[key] = draftValue(value as SettingValue)
  }
}
