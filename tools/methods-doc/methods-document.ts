/** docs/methods.md: every method's card and settings, as the app shows them. */
import { equationLines } from '@shared/config/equation-lines.ts'
import { measuredCost } from '@shared/config/method-cost.ts'
import type { MethodKind } from '@shared/config/method-config.ts'
import { definitionOf, fieldsOf, methodKinds, usualSettings } from '@shared/config/method-fields.ts'
import type { MethodPreset } from '@shared/config/methods/method-definition.ts'
import type { SettingField } from '@shared/config/setting-field.ts'
import { numberText, rangeText, valueText } from '@shared/config/setting-text.ts'
import { table } from './markdown-table.ts'
import { publishedSettings, recipeSection, usualRecipe } from './published-tables.ts'

const introduction = `<!-- Written by "npm run docs:methods" from src-shared/config/methods. Change it there. -->

# Methods

Every method that a study can name: what it does, its equation, where it comes from, its settings, where this program differs from paper or released code, and what a step costs. The app shows the same cards under New study, behind *About* and *Add a method…*.

A method is written in a study as \`"method": { "kind": "r-drop", "consistencyWeight": 0.5, "reduction": "sum" }\`; a setting that is left out has its default, and an unknown one is an error. *Published settings* puts side by side what the paper, the released code and this program use. A setting "(reported)" is one that others ascribe to the paper; nobody looked it up there.

How a run is trained is up to \`"training"\`. What is left out there is what AD-DROP's authors use for the task, for every method alike; \`"recipe": "own"\` takes the method's own recipe instead (*Recipe* below), and settings written beside it go before it. In a study, \`"training.recipe": "own"\` in \`base\` trains each method at its own recipe.

Costs are those of one optimizer step, in units of a step of plain fine-tuning: by definition, in matrix products, and as measured with \`lab bench step\`.`

/** The whole document. */
export function methodsDocument(): string {
  const sections = [introduction, overview(), recipes(), ...methodKinds.map(section)]
  return `${sections.join('\n\n')}\n`
}

function overview(): string {
  return table(
    ['Method', '`kind`', 'Cost by definition', 'Measured'],
    methodKinds.map((kind) => [
      `[${definitionOf(kind).card.name}](#${anchor(kind)})`,
      `\`${kind}\``,
      definitionOf(kind).card.cost,
      measuredCost(kind).ratios,
    ]),
  )
}

/** What is not said of a single method. */
function recipes(): string {
  return `## How runs are trained where a study says nothing\n\nAs the scripts of AD-DROP’s authors train, fine-tuning and AD-DROP alike; the tasks of one’s own and WNLI, for which there is no script, for 10 epochs at most.\n\n${usualRecipe()}`
}

function section(kind: MethodKind): string {
  const { card, presets = [] } = definitionOf(kind)
  const fields = fieldsOf(kind)
  const [searched, switches] = [
    fields.filter((field) => !field.isFidelitySwitch),
    fields.filter((field) => field.isFidelitySwitch),
  ]
  const measured = measuredCost(kind)
  return [
    `## ${card.name}`,
    card.summary,
    `\`\`\`text\n${equationLines(card.equation).join('\n')}\n\`\`\``,
    `**Source.** ${card.source}.`,
    fields.length === 0 ? '**Settings.** None.' : `**Settings.**\n\n${settings(kind, searched)}`,
    ...(switches.length === 0
      ? []
      : [`**Fidelity switches**, where paper and released code differ.\n\n${settings(kind, switches)}`]),
    ...(presets.length === 0
      ? []
      : [
          `**Presets.** \`"preset": "…"\` beside \`kind\` sets several at once; settings written beside it override it.\n\n${presets.map((preset) => presetLine(kind, preset)).join('\n')}`,
        ]),
    `**Published settings.** ${publishedSettings(kind)}`,
    `**Recipe.** ${recipeSection(kind)}`,
    card.differs.length === 0
      ? '**Differences** from paper and released code: none.'
      : `**Differences** from paper and released code.\n\n${card.differs.map((line) => `- ${withCode(line, fields)}`).join('\n')}`,
    `**Cost.** By definition: ${card.cost}. Measured: ${measured.ratios}${measured.where === null ? '' : ` (${measured.where})`}.`,
  ].join('\n\n')
}

/** Keys of settings set as code. */
function withCode(line: string, fields: readonly SettingField[]): string {
  return fields.reduce(
    (text, { key }) => (/[A-Z]/.test(key) ? text.replaceAll(key, `\`${key}\``) : text),
    line,
  )
}

function settings(kind: MethodKind, fields: readonly SettingField[]): string {
  return table(
    ['Setting', 'Symbol', 'What it is', 'Range', 'Default'],
    fields.map((field) => [
      `${field.name}, \`${field.key}\``,
      field.symbol ?? '',
      field.help,
      writtenRange(field),
      writtenDefault(field, usualSettings(kind)),
    ]),
  )
}

/** Choices by what a config says, each with its name. */
function writtenRange(field: SettingField): string {
  if (field.kind === 'choice')
    return field.choices.map(({ value, name }) => `\`${value}\`: ${name}`).join('; ')
  if (field.kind === 'switch') return '`true`, `false`'
  if (field.kind === 'layers') return '`"all"`, or a list such as `[0, 3]`'
  return `${rangeText(field)}${field.whenNull === null ? '' : ', or `null`'}`
}

function writtenDefault(field: SettingField, usual: Readonly<Record<string, unknown>>): string {
  const { defaultValue } = field
  if (defaultValue === null) return `\`null\`: ${valueText(field, null, usual)}`
  if (typeof defaultValue === 'number') return `\`${numberText(defaultValue)}\``
  return `\`${typeof defaultValue === 'object' ? JSON.stringify(defaultValue) : defaultValue}\``
}

function presetLine(kind: MethodKind, { id, description, settings: preset }: MethodPreset): string {
  const usual = usualSettings(kind)
  const differing = Object.entries(preset)
    .filter(([key, value]) => value !== usual[key])
    .map(([key, value]) => `\`${key}\` ${JSON.stringify(value)}`)
  return `- \`${id}\`: ${description} Other than the defaults: ${differing.join(', ') || 'nothing'}.`
}

/** As the usual renderers of Markdown make it from a heading. */
function anchor(kind: MethodKind): string {
  return definitionOf(kind)
    .card.name.toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-')
}
