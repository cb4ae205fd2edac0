/** What is said of a method in one place: its settings, its card, its name in lists. */
import { z } from 'zod'
import type { Task } from '../../tasks/task.ts'
import type { PublishedSettings } from './published-settings.ts'
import type { TrainingRecipe } from './training-recipe.ts'

/** A method as its card shows it, in the app and in docs/methods.md. */
export interface MethodCard {
  /** Full name. */
  readonly name: string
  /** What it does, in two sentences. */
  readonly summary: string
  /** Its defining equation, in plain characters. */
  readonly equation: string
  /** Authors, year, where published. */
  readonly source: string
  /** Where this program differs from paper or released code; empty when nowhere. */
  readonly differs: readonly string[]
  /** Products of a step in units of plain fine-tuning's, from the definition. */
  readonly cost: string
}

/** One setting in a method's name. */
export interface LabelPart {
  /** The setting's key; null for a part that is always shown. */
  readonly key: string | null
  readonly text: string
}

/**
 * How forms and documents show one setting. Everything may be left out: the name then is the key in words, the symbol the
 * letter before the colon of the schema's description, the choices their identifiers.
 */
export interface FieldNotes<Settings = Readonly<Record<string, unknown>>> {
  /** Name shown, without the symbol. */
  readonly name?: string
  /** The paper's symbol. */
  readonly symbol?: string
  /** Names of the values of a choice. */
  readonly choices?: Readonly<Record<string, string>>
  /** A switch between paper and released code, or of the kind: shown apart from what one searches. */
  readonly isFidelitySwitch?: boolean
  /** What leaving it empty (null) means, beside these settings. */
  whenNull?(settings: Settings): string
  /** Whether it has an effect beside these settings; always when left out. */
  appliesWhen?(settings: Settings): boolean
}

/** Notes by key of a method's settings. */
type FieldNotesOf<Settings> = Readonly<Partial<Record<Exclude<keyof Settings, 'kind'>, FieldNotes<Settings>>>>

/** Everything about a method but its computation. */
export interface MethodDefinition<Schema extends z.ZodObject = z.ZodObject> {
  /** Its settings, in the order in which forms show them. */
  readonly schema: Schema
  readonly card: MethodCard
  /** How its settings are shown, where the schema does not say enough. */
  readonly fields?: FieldNotesOf<z.infer<Schema>>
  /**
   * The method's name in lists and legends: first its short name, then settings. A setting with a key appears when it is
   * not the default or varies among what is shown together.
   *
   * @param settings with every default filled in
   */
  label(settings: z.infer<Schema>): readonly LabelPart[]
  /** What its training loss holds beside the task's loss of one pass; left out where that is nothing. */
  readonly addedLoss?: string
  /** Settings that belong together, see `MethodPreset`. */
  readonly presets?: readonly MethodPreset[]
  /** Settings that somebody published, the ones nearest to this program's use of the method first. */
  readonly published: readonly PublishedSettings[]
  /** Where the defaults come from: a published set, or why none of them is it. */
  readonly defaults: string
  /** How its own paper or script trains; null where none is known for fine-tuning. */
  readonly recipe: TrainingRecipe | null
  /**
   * Defaults that depend on the task.
   *
   * @param task which task
   */
  taskSettings?(task: Task): Readonly<Record<string, unknown>>
  /**
   * The numbers that settings left empty (null) stand for in a run.
   *
   * @param settings with every default filled in
   * @param data the run's training examples and kind of labels
   */
  automaticSettings?(settings: z.infer<Schema>, data: TrainingData): Readonly<Record<string, unknown>>
}

/** What automatic settings depend on. */
export interface TrainingData {
  /** Training examples of the run, after its limits. */
  readonly examples: number
  readonly kind: Task['kind']
}

/** A named set of settings to start from; those it does not name keep their defaults. */
export interface MethodPreset {
  /** What `preset` in a run's description says. */
  readonly id: string
  /** Name shown. */
  readonly name: string
  readonly description: string
  readonly settings: Readonly<Record<string, unknown>>
}

/** A probability that may not be 0 or 1. */
export const openRatio = (text: string) =>
  z
    .number()
    .gt(0, 'must lie strictly between 0 and 1')
    .lt(1, 'must lie strictly between 0 and 1')
    .describe(text)

/** A probability that may be 1, which leaves nothing to chance, but not 0. */
export const ratioToOne = (text: string) =>
  z
    .number()
    .gt(0, 'must be greater than 0 and at most 1')
    .lte(1, 'must be greater than 0 and at most 1')
    .describe(text)

/** A probability that may be 0, which switches the method off, but not 1. */
export const ratioFromZero = (text: string) =>
  z.number().min(0, 'must be at least 0').lt(1, 'must be less than 1').describe(text)

/** Layers a method acts on. */
export const layerSelection = z
  .union([z.literal('all'), z.array(z.number().int().nonnegative()).min(1)])
  .describe('Layers the method acts on, counted from 0')

/**
 * Whether epochs alternate with plain fine-tuning, for methods other than AD-DROP: their papers train every epoch alike.
 */
export const crossTuning = z
  .boolean()
  .default(false)
  .describe(
    'Alternate epochs as AD-DROP does: odd (1st, 3rd, …) plain fine-tuning, even (2nd, 4th, …) this method',
  )

/** The part of a name that says whether epochs alternate. */
export const crossTuningPart = (settings: { readonly crossTuning: boolean }): LabelPart => ({
  key: 'crossTuning',
  text: settings.crossTuning ? 'cross' : 'no cross',
})

/**
 * A number without the zero in front of its point, as names show it: `.3`, `1.5`, `5e-5`; of quotients such as 1/3668
 * three digits.
 *
 * @param value any number
 */
export function shortNumber(value: number): string {
  const rounded = String(value).length > 9 ? Number(value.toPrecision(3)) : value
  const plain = Math.abs(rounded) < 1e-3 && rounded !== 0 ? rounded.toExponential() : String(rounded)
  return plain.replace(/^(-?)0\./, '$1.')
}
