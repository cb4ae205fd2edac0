/** Settings of a config by dotted key as text: names people know, values in words; those of methods from their definitions. */
import type { MethodKind } from '@shared/config/method-config.ts'
import { definitionOf, fieldsOf, isMethodKind, methodKinds } from '@shared/config/method-fields.ts'
import type { SettingField } from '@shared/config/setting-field.ts'
import type { Settings } from '@shared/config/setting-value.ts'
import { numberText, valueText } from '@shared/config/setting-text.ts'
import { missing } from './numbers.ts'

const names: Readonly<Record<string, string>> = {
  'method.kind': 'Method',
  'training.learningRate': 'Learning rate',
  'training.learningRateSchedule': 'Learning rate schedule',
  'training.warmupRatio': 'Warm-up',
  'training.batchSize': 'Batch size',
  'training.maxEpochs': 'Epochs at most',
  'training.patience': 'Patience',
  'training.maxLength': 'Longest input',
  'training.weightDecay': 'Weight decay',
  'training.maxGradientNorm': 'Gradient norm at most',
  'training.optimizer.beta2': 'Optimizer β₂',
  'training.optimizer.epsilon': 'Optimizer ε',
  'training.batching': 'Batches',
  'training.precision': 'Precision',
  'training.seed': 'Seed',
  'limits.trainExamples': 'Training examples',
  'limits.validationExamples': 'Validation examples',
  'limits.perClass': 'Training examples of each class',
  checkpoint: 'Checkpoint',
  dataset: 'Data set',
  task: 'Task',
}
/** How batches are made, in words. */
export const batchingNames = { 'by-length': 'of similar length', shuffled: 'shuffled freely' } as const
/** What null means, where it is a value of its own. */
const nullTexts: Readonly<Record<string, string>> = {
  'training.maxGradientNorm': 'no clipping',
  'limits.trainExamples': 'all',
  'limits.validationExamples': 'all',
  'limits.perClass': 'all',
}

/**
 * A setting's name; a key without one is shown as it is. A key that several methods have has the
 * names and symbols of each.
 *
 * @param key dotted key of the run config
 * @param kinds the methods in question; all when left out
 */
export function settingLabel(key: string, kinds: readonly MethodKind[] = methodKinds): string {
  const known = names[key]
  if (known !== undefined) return known
  const fields = methodFields(key, kinds)
  const name = [...new Set(fields.map((field) => field.name))].join(' / ')
  const symbols = [...new Set(fields.flatMap(({ symbol }) => symbol ?? []))].join(' / ')
  return name === '' ? key : `${name} ${symbols}`.trim()
}

/**
 * A setting's value; missing is not false and not zero.
 *
 * @param key dotted key of the run config
 * @param value as the contract carries it; undefined where a config does not have the setting
 * @param kinds the methods in question; all when left out
 * @param settings of the method, where they are at hand
 */
export function settingText(
  key: string,
  value: unknown,
  kinds: readonly MethodKind[] = methodKinds,
  settings: Settings = {},
): string {
  if (value === undefined) return missing
  if (key === 'method.kind') return isMethodKind(value) ? definitionOf(value).card.name : plainText(value)
  const [field] = methodFields(key, kinds)
  if (field !== undefined) return valueText(field, value, settings)
  if (key === 'training.batching' && typeof value === 'string' && value in batchingNames)
    return batchingNames[value as keyof typeof batchingNames]
  if (value === null) return nullTexts[key] ?? missing
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (typeof value === 'number') return numberText(value)
  return plainText(value)
}

function plainText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function methodFields(key: string, kinds: readonly MethodKind[]): readonly SettingField[] {
  if (!key.startsWith('method.')) return []
  const name = key.slice('method.'.length)
  return kinds.flatMap((kind) => fieldsOf(kind).filter((field) => field.key === name))
}
