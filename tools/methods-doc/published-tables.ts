/** What paper, released code and this program use, side by side; and the recipes. */
import type { MethodKind } from '@shared/config/method-config.ts'
import { definitionOf, fieldsOf, usualSettings } from '@shared/config/method-fields.ts'
import { adDropTraining } from '@shared/config/methods/ad-drop-published.ts'
import { authorityText, type Authority } from '@shared/config/methods/published-settings.ts'
import { recipeText } from '@shared/config/recipe-text.ts'
import type { SettingField } from '@shared/config/setting-field.ts'
import { valueText } from '@shared/config/setting-text.ts'
import { valuesText } from '@shared/config/published-text.ts'
import { taskIds, tasks } from '@shared/tasks/task.ts'
import { table } from './markdown-table.ts'

/** The columns of the table, each with whose settings it shows. */
const columns: readonly (readonly [heading: string, of: readonly Authority[]])[] = [
  ['Paper', ['paper', 'reported']],
  ['Released code', ['released code', 'code of others']],
]

/**
 * The table of a method's published settings with its sources.
 *
 * @param kind which method
 */
export function publishedSettings(kind: MethodKind): string {
  const { published, defaults } = definitionOf(kind)
  if (published.length === 0) return `None. Defaults: ${defaults}`
  const rows = fieldsOf(kind)
    .filter((field) => field.published.length > 0)
    .map((field) => [
      `\`${field.key}\``,
      ...columns.map(([, of]) => cell(field, of)),
      valueText(field, field.defaultValue, usualSettings(kind)),
    ])
  const sources = published.map(
    (each) => `- ${capital(authorityText(each))}, for ${each.usedFor}: ${each.source}.`,
  )
  return [
    `Defaults: ${defaults}`,
    table(['Setting', ...columns.map(([heading]) => heading), 'Here'], rows),
    sources.join('\n'),
  ].join('\n\n')
}

function cell(field: SettingField, of: readonly Authority[]): string {
  const sets = field.published.filter(({ by }) => of.includes(by))
  const values = sets.map((each) => valuesText(field, each.settings[field.key] ?? []))
  const isAgreed = new Set(values).size <= 1
  const texts = sets.map(({ by, usedFor }, index) => {
    const notes = [
      ...(isAgreed ? [] : [usedFor]),
      ...(by === 'reported' || by === 'code of others' ? [by] : []),
    ]
    return `${values[index]!}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`
  })
  return [...new Set(texts)].join('; ') || '—'
}

/**
 * A method's own recipe: on tasks where it has the same one, once.
 *
 * @param kind which method
 */
export function recipeSection(kind: MethodKind): string {
  const { recipe } = definitionOf(kind)
  if (recipe === null) return 'None known for fine-tuning: at its own recipe it is trained at AD-DROP’s.'
  const byText = new Map<string, string[]>()
  for (const task of taskIds) {
    const method = Object.entries(recipe.method?.(task) ?? {}).map(
      ([key, value]) => `${key} ${String(value)}`,
    )
    const text = [recipeText(recipe.training(task)), ...method].join(', ')
    byText.set(text, [...(byText.get(text) ?? []), tasks[task].label])
  }
  const lines =
    byText.size === 1
      ? [`- All tasks: ${[...byText.keys()][0]!}.`]
      : [...byText].map(([text, names]) => `- ${names.join(', ')}: ${text}.`)
  const differs = recipe.differs.map((line) => `- Not followed: ${line}`)
  return [
    `Its own (${authorityText(recipe)}: ${recipe.source}; used for ${recipe.usedFor}).`,
    [...lines, ...differs].join('\n'),
  ].join('\n\n')
}

/** The recipe that every method has where a study says nothing: that of AD-DROP's scripts, by task. */
export function usualRecipe(): string {
  return table(
    ['Task', 'Longest input', 'Training', 'AD-DROP’s layers'],
    taskIds.map((task) => {
      const { label, maxLength, paperLayers } = tasks[task]
      return [
        label,
        `${maxLength} tokens`,
        recipeText(adDropTraining(task)),
        paperLayers === 'all' ? 'all' : 'the first',
      ]
    }),
  )
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
