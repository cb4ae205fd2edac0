/** A study while somebody fills in the form: texts as typed, checked and turned into a study's description. */
import type { StudyConfigInput } from '@shared/contracts/lab-contract.ts'
import type { RecipeId } from '@shared/config/run-description.ts'
import { trainingConfig, type TrainingConfig } from '@shared/config/training-config.ts'
import type { CheckpointSummary } from '@shared/results/checkpoint-summary.ts'
import type { DatasetSummary } from '@shared/results/dataset-summary.ts'
import { maxTokens } from '@shared/results/model-positions.ts'
import { tasks } from '@shared/tasks/task.ts'
import { fieldDefault, numberProblem, type FieldKey } from './config-fields.ts'
import {
  isSameMethod,
  methodName,
  newMethod,
  settingProblems,
  toMethodConfig,
  type MethodDraft,
} from './method-draft.ts'
import { parseSeeds } from './seed-list.ts'

/** Fields of the training settings in the order of the form. */
export const trainingFields = [
  'learningRate',
  'batchSize',
  'maxEpochs',
  'patience',
  'maxLength',
  'weightDecay',
  'warmupRatio',
  'maxGradientNorm',
  'optimizer.beta2',
  'optimizer.epsilon',
] as const
/** Training settings that a recipe does not decide. */
const settingsOfAnyRecipe: ReadonlySet<string> = new Set(['maxLength'])
/** Name of a training field. */
export type TrainingField = (typeof trainingFields)[number]
/** Training settings that an empty field switches off. */
const optionalTrainingFields: ReadonlySet<string> = new Set(['maxGradientNorm'])
/** Fields that cut a data set down. */
export const limitFields = ['trainExamples', 'validationExamples', 'perClass'] as const

/** Methods at most that a proposed name lists. */
const mostNamed = 4
/** Characters at most that a study's name may have. */
const longestName = 200

/** Everything in the form. */
export interface StudyDraft {
  name: string
  datasetId: string
  checkpointId: string
  methods: MethodDraft[]
  seeds: string
  training: Record<TrainingField, string>
  learningRateSchedule: TrainingConfig['learningRateSchedule']
  batching: TrainingConfig['batching']
  /** One set of training settings for all methods, that of the fields; or each method's own. */
  recipe: RecipeId
  limits: Record<(typeof limitFields)[number], string>
}

/** What the ids of the draft stand for. */
export interface DraftContext {
  readonly dataset: DatasetSummary | null
  readonly checkpoint: CheckpointSummary | null
}

/** The checked form. */
export interface CheckedDraft {
  /** Message by field: `dataset`, `seeds`, `training.batchSize`, `method.3.discardRate`. */
  readonly problems: Readonly<Record<string, string>>
  /** Null while there are problems. */
  readonly study: StudyConfigInput | null
}

/** An empty form: plain fine-tuning against AD-DROP with gradient attribution, three seeds. */
export function newDraft(): StudyDraft {
  const defaults = (section: string, names: readonly string[]): Record<string, string> =>
    Object.fromEntries(names.map((name) => [name, fieldDefault(`${section}.${name}` as FieldKey)]))
  return {
    name: '',
    datasetId: '',
    checkpointId: '',
    methods: [newMethod(1, 'fine-tuning'), newMethod(2, 'ad-drop')],
    seeds: '1-3',
    training: defaults('training', trainingFields),
    learningRateSchedule: 'constant',
    batching: trainingConfig.shape.batching.parse(undefined),
    recipe: 'ad-drop',
    limits: defaults('limits', limitFields),
  }
}

/**
 * A name for a study that has none.
 *
 * @param draft the form
 * @param dataset the chosen data set
 */
export function proposedName(draft: StudyDraft, dataset: DatasetSummary | null): string {
  const methods = [...new Set(draft.methods.map(methodName))]
  const named = methods.length > mostNamed ? methods.slice(0, mostNamed - 1) : methods
  const rest = methods.length - named.length
  const text = `${named.join(', ')}${rest === 0 ? '' : ` and ${rest} more`}`
  return (dataset === null ? text : `${dataset.name}: ${text}`).slice(0, longestName)
}

/**
 * Checks every field and, when all fit, writes the study.
 *
 * @param draft the form
 * @param context what its ids stand for
 */
export function checkDraft(draft: StudyDraft, context: DraftContext): CheckedDraft {
  const seeds = parseSeeds(draft.seeds)
  const found = [
    ['dataset', datasetProblem(context.dataset)],
    ['checkpoint', checkpointProblem(context.checkpoint)],
    ['methods', draft.methods.length === 0 ? 'Add at least one method.' : ''],
    ['seeds', seeds.ok ? '' : seeds.message],
    ...draft.methods.flatMap((method) => methodProblems(method, draft, context)),
    ...askedFields(draft).map((name) => [
      `training.${name}`,
      numberProblem(`training.${name}`, draft.training[name], optionalTrainingFields.has(name)),
    ]),
    ...limitFields.map((name) => [
      `limits.${name}`,
      numberProblem(`limits.${name}`, draft.limits[name], true),
    ]),
  ].filter(([, message]) => message !== '')
  const longest = context.checkpoint === null ? Infinity : maxTokens(context.checkpoint.config)
  if (Number(draft.training.maxLength) > longest)
    found.push(['training.maxLength', `The checkpoint has ${longest} positions; longer inputs do not fit.`])
  const problems = Object.fromEntries(found) as Record<string, string>
  const isComplete = found.length === 0 && seeds.ok && context.dataset !== null
  return { problems, study: isComplete ? toStudy(draft, context.dataset, seeds.seeds) : null }
}

/**
 * The training settings that the form asks for.
 *
 * @param draft the form
 */
export function askedFields(draft: Pick<StudyDraft, 'recipe'>): readonly TrainingField[] {
  return draft.recipe === 'own'
    ? trainingFields.filter((name) => settingsOfAnyRecipe.has(name))
    : trainingFields
}

function datasetProblem(dataset: DatasetSummary | null): string {
  if (dataset === null) return 'Choose a data set.'
  const absent = ['train', 'validation'].filter((name) => !(name in dataset.splits))
  return absent.length === 0
    ? ''
    : `${dataset.name} has no ${absent.join(' and no ')} split; a study needs both.`
}

function checkpointProblem(checkpoint: CheckpointSummary | null): string {
  if (checkpoint === null) return 'Choose a checkpoint.'
  return checkpoint.tokenizer === null ? `${checkpoint.name} has no tokenizer that a run could use.` : ''
}

function methodProblems(method: MethodDraft, draft: StudyDraft, context: DraftContext): [string, string][] {
  const key = `method.${method.id}`
  const layers = context.checkpoint?.config.numHiddenLayers ?? Infinity
  const wrong = Object.entries(settingProblems(method, layers))
  if (wrong.length > 0) return wrong.map(([name, problem]) => [`${key}.${name}`, problem])
  const place = draft.methods.indexOf(method)
  const hasTwin = draft.methods.slice(0, place).some((other) => isSameMethod(other, method))
  return hasTwin ? [[key, 'The same as a method above; change or remove it.']] : []
}

/** The first method stands in the base and takes the grid of seeds; each further one is listed point by point. */
function toStudy(draft: StudyDraft, dataset: DatasetSummary, seeds: readonly number[]): StudyConfigInput {
  const [first, ...others] = draft.methods.map(toMethodConfig)
  const points = others.flatMap((method) =>
    seeds.map((seed) => ({
      ...Object.fromEntries(Object.entries(method).map(([name, value]) => [`method.${name}`, value])),
      'training.seed': seed,
    })),
  )
  return {
    schemaVersion: 1,
    name: draft.name.trim() === '' ? proposedName(draft, dataset) : draft.name.trim(),
    base: {
      schemaVersion: 1,
      checkpoint: draft.checkpointId,
      dataset: draft.datasetId,
      task: dataset.task,
      method: first,
      training: trainingOf(draft),
      limits: Object.fromEntries(limitFields.map((name) => [name, optional(draft.limits[name])])),
    },
    grid: { 'training.seed': [...seeds] },
    points,
  }
}

const optional = (text: string): number | null => (text.trim() === '' ? null : Number(text))

/** The training settings that a study writes: all of them, or the recipe's name and those it does not decide. */
function trainingOf(draft: StudyDraft): Record<string, unknown> {
  const valueOf = (name: TrainingField): number | null =>
    optionalTrainingFields.has(name) ? optional(draft.training[name]) : Number(draft.training[name])
  const { maxLength, ...others } = Object.fromEntries(
    trainingFields.map((name) => [name, valueOf(name)]),
  ) as Record<TrainingField, number | null>
  const { 'optimizer.beta2': beta2, 'optimizer.epsilon': epsilon, ...plain } = others
  const { batching, learningRateSchedule, recipe } = draft
  return recipe === 'own'
    ? { recipe, maxLength, batching }
    : { ...plain, maxLength, learningRateSchedule, optimizer: { beta2, epsilon }, batching }
}

/**
 * What the scripts of AD-DROP's authors have for a data set's task.
 *
 * @param dataset the chosen data set
 */
export function scriptSettings(
  dataset: DatasetSummary,
): Pick<StudyDraft['training'], 'maxLength' | 'maxEpochs' | 'patience'> {
  const { maxLength, stopping } = tasks[dataset.task]
  return {
    maxLength: String(maxLength),
    maxEpochs: String(stopping.maxEpochs),
    patience: String(stopping.patience),
  }
}
