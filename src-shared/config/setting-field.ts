/** Settings as forms and documents show them: name, symbol, kind of value, range, default, read off the schema. */
import { z } from 'zod'
import type { FieldNotes } from './methods/method-definition.ts'
import type { PublishedSettings } from './methods/published-settings.ts'
import type { Settings, SettingValue } from './setting-value.ts'

/** Smallest and largest number; infinite where there is no bound. */
export interface NumberRange {
  readonly min: number
  readonly max: number
  /** Whether the bound itself is allowed. */
  readonly includesMin: boolean
  readonly includesMax: boolean
}

interface AnyField {
  readonly key: string
  /** Name shown, without the symbol. */
  readonly name: string
  /** The paper's symbol; null where it has none. */
  readonly symbol: string | null
  /** What it is, in a sentence. */
  readonly help: string
  readonly schema: z.ZodType
  readonly defaultValue: SettingValue
  /** What was published for it, each with the settings that belong to the value. */
  readonly published: readonly PublishedSettings[]
  readonly isFidelitySwitch: boolean
  /** What null means beside these settings; null where null is no value. */
  readonly whenNull: ((settings: Settings) => string) | null
  /** Whether it has an effect beside these settings. */
  readonly appliesWhen: (settings: Settings) => boolean
}

/** A number, whole or not, perhaps empty. */
export interface NumberField extends AnyField {
  readonly kind: 'number'
  readonly isWhole: boolean
  readonly range: NumberRange
}
/** One of a few values. */
export interface ChoiceField extends AnyField {
  readonly kind: 'choice'
  readonly choices: readonly { readonly value: string; readonly name: string }[]
}
/** On or off. */
export interface SwitchField extends AnyField {
  readonly kind: 'switch'
}
/** All layers or a list of them. */
export interface LayersField extends AnyField {
  readonly kind: 'layers'
}
/** A text in a notation of its own, which its schema checks. */
export interface TextField extends AnyField {
  readonly kind: 'text'
}
/** One setting. */
export type SettingField = NumberField | ChoiceField | SwitchField | LayersField | TextField

/** Names of settings that several methods have, where the key in words would not do. */
const usualNames: Readonly<Record<string, string>> = { crossTuning: 'Cross-tuning' }

/** The part of a JSON Schema that settings have. */
interface Property {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly items?: Property
  readonly anyOf?: readonly Property[]
  readonly default?: unknown
  readonly description?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
}

/**
 * The settings of a schema, `kind` left out, in its order.
 *
 * @param schema an object of numbers, choices, switches, layer lists and texts, each with a default
 * @param notes what the schema does not say, by key
 * @param published what papers and released codes use
 * @throws Error when a setting is of a kind that no form can show
 */
export function settingFields(
  schema: z.ZodObject,
  notes: Readonly<Partial<Record<string, FieldNotes>>> = {},
  published: readonly PublishedSettings[] = [],
): readonly SettingField[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' }) as {
    readonly properties?: Readonly<Record<string, Property>>
  }
  return Object.entries(properties)
    .filter(([key]) => key !== 'kind')
    .map(([key, property]) => ({
      ...settingField(key, schema.shape[key] as z.ZodType, property, notes[key] ?? {}),
      published: published.filter(({ settings }) => Object.hasOwn(settings, key)),
    }))
}

/** A field but for what was published for it, which its schema does not know. */
type UnpublishedField<Field = SettingField> = Field extends SettingField ? Omit<Field, 'published'> : never

function settingField(
  key: string,
  schema: z.ZodType,
  property: Property,
  notes: FieldNotes,
): UnpublishedField {
  const options = property.anyOf ?? [property]
  const values = options.filter(({ type }) => type !== 'null')
  const isNullable = values.length < options.length
  const description = property.description ?? values[0]?.description ?? ''
  const symbol = notes.symbol ?? /^(\p{L}): /u.exec(description)?.[1] ?? null
  const field = {
    key,
    name: notes.name ?? usualNames[key] ?? inWords(key),
    symbol,
    help: sentence(symbol === null ? description : description.replace(`${symbol}: `, '')),
    schema,
    defaultValue: property.default as SettingValue,
    isFidelitySwitch: notes.isFidelitySwitch ?? false,
    whenNull: isNullable ? (settings: Settings) => notes.whenNull?.(settings) ?? 'none' : null,
    appliesWhen: (settings: Settings) => notes.appliesWhen?.(settings) ?? true,
  }
  const [value] = values
  if (value?.const === 'all' && values[1]?.items?.type === 'integer') return { ...field, kind: 'layers' }
  if (values.length === 1 && value?.type === 'boolean') return { ...field, kind: 'switch' }
  if (values.length === 1 && value?.enum !== undefined)
    return { ...field, kind: 'choice', choices: choicesOf(value.enum.map(String), notes.choices) }
  if (options.length === 1 && value?.type === 'string') return { ...field, kind: 'text' }
  if (values.length === 1 && (value?.type === 'number' || value?.type === 'integer'))
    return { ...field, kind: 'number', isWhole: value.type === 'integer', range: rangeOf(value) }
  throw new Error(`No form shows the setting "${key}": ${JSON.stringify(property)}`)
}

function choicesOf(values: readonly string[], names: FieldNotes['choices']): ChoiceField['choices'] {
  return values.map((value) => ({ value, name: names?.[value] ?? sentence(value.replaceAll('-', ' ')) }))
}

function rangeOf(value: Property): NumberRange {
  // Whole numbers without a bound of their own are bounded by what is exact in double precision.
  const bound = (number: number | undefined): number | undefined =>
    number !== undefined && Number.isSafeInteger(number) && Math.abs(number) === Number.MAX_SAFE_INTEGER
      ? undefined
      : number
  const [min, max] = [bound(value.minimum), bound(value.maximum)]
  return {
    min: value.exclusiveMinimum ?? min ?? -Infinity,
    max: value.exclusiveMaximum ?? max ?? Infinity,
    includesMin: value.exclusiveMinimum === undefined,
    includesMax: value.exclusiveMaximum === undefined,
  }
}

/** `candidateRegionRatio` → `Candidate region ratio`. */
function inWords(key: string): string {
  return sentence(key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`))
}

/** Begins with a capital, unless it begins with a symbol. */
function sentence(text: string): string {
  return text.replace(/^\p{Ll}(?=[\p{L}-])/u, (letter) => letter.toUpperCase())
}
