/** From what a person wrote of a run to its settings: presets, recipes and defaults that depend on the task are filled in. */
import { LabError } from '../failures/failure.ts'
import { taskIds, tasks, type TaskId } from '../tasks/task.ts'
import { withPreset } from './method-preset.ts'
import { definitionOf, isMethodKind } from './method-fields.ts'
import { adDropTraining } from './methods/ad-drop-published.ts'
import type { TrainingRecipe } from './methods/training-recipe.ts'
import type { MethodKind } from './method-config.ts'

/** The key that names a recipe among the training settings. A run's record holds the settings it stands for instead. */
export const recipeKey = 'recipe'
/** Recipes: that of AD-DROP's authors for every method, or each method's own. */
export const recipeIds = ['ad-drop', 'own'] as const
/** Name of a recipe. */
export type RecipeId = (typeof recipeIds)[number]

type Written = Readonly<Record<string, unknown>>

/**
 * How a method's own paper or script trains; where none is known for fine-tuning, AD-DROP's recipe.
 *
 * @param kind which method
 */
export function ownRecipe(kind: MethodKind): TrainingRecipe {
  return definitionOf(kind).recipe ?? definitionOf('ad-drop').recipe!
}

/**
 * A run's description with everything filled in that depends on the task, the chosen recipe or the chosen preset. What is
 * written goes before the preset, the preset before the recipe, the recipe before the task's defaults.
 *
 * @param input as written, of any form; what is wrong with it is left for the schema to say
 * @param what how messages call the description
 * @throws LabError `invalid-config` when it names a preset or a recipe that does not exist
 */
export function describedRun(input: unknown, what: string): unknown {
  if (!isRecord(input)) return input
  const method = withPreset(input['method'] ?? { kind: 'fine-tuning' }, what)
  const training = input['training'] ?? {}
  const { task } = input
  const kind = isRecord(method) ? method['kind'] : undefined
  if (!isRecord(training) || !isRecord(method) || !isTask(task) || !isMethodKind(kind))
    return { ...input, method }

  const { [recipeKey]: recipe = 'ad-drop', ...written } = training
  const chosen = recipeOf(recipe, kind, what)
  const fromRecipe = chosen?.training(task) ?? adDropTraining(task)
  return {
    ...input,
    method: { ...definitionOf(kind).taskSettings?.(tasks[task]), ...chosen?.method?.(task), ...method },
    training: {
      maxLength: tasks[task].maxLength,
      ...fromRecipe,
      ...written,
      ...optimizerOf(fromRecipe, written),
    },
  }
}

/** The recipe that a name stands for; null = AD-DROP's. */
function recipeOf(recipe: unknown, kind: MethodKind, what: string): TrainingRecipe | null {
  if (recipe === 'own') return ownRecipe(kind)
  if (recipe === 'ad-drop') return null
  throw new LabError(
    'invalid-config',
    `${what} is not valid: training.${recipeKey}: ${JSON.stringify(recipe)} is not a recipe.`,
    `Write one of ${recipeIds.map((id) => `"${id}"`).join(', ')}, or leave it out.`,
  )
}

/** One of the optimizer's two numbers may be written alone. */
function optimizerOf(recipe: Written, written: Written): Written {
  const [usual, own] = [recipe['optimizer'], written['optimizer']]
  return isRecord(usual) && isRecord(own) ? { optimizer: { ...usual, ...own } } : {}
}

function isTask(task: unknown): task is TaskId {
  return typeof task === 'string' && (taskIds as readonly string[]).includes(task)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
