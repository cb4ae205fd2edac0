/** Settings of a config by dotted key as text: names people know, values as they are typed. */
import { missing } from './numbers.ts'

const names: Readonly<Record<string, string>> = {
  'method.kind': 'Method',
  'method.attribution': 'Attribution',
  'method.integrationRule': 'Integration rule',
  'method.integrationPoints': 'Integration points m',
  'method.candidateRegionRatio': 'Candidate region p',
  'method.discardRate': 'Discard rate q',
  'method.layers': 'Layers',
  'method.target': 'Target',
  'method.discards': 'Discards',
  'method.crossTuning': 'Cross-tuning',
  'training.learningRate': 'Learning rate',
  'training.learningRateSchedule': 'Learning rate schedule',
  'training.warmupRatio': 'Warm-up',
  'training.batchSize': 'Batch size',
  'training.maxEpochs': 'Epochs at most',
  'training.patience': 'Patience',
  'training.maxLength': 'Longest input',
  'training.weightDecay': 'Weight decay',
  'training.maxGradientNorm': 'Gradient norm at most',
  'training.precision': 'Precision',
  'training.seed': 'Seed',
  'limits.trainExamples': 'Training examples',
  'limits.validationExamples': 'Validation examples',
  checkpoint: 'Checkpoint',
  dataset: 'Data set',
  task: 'Task',
}

/**
 * A setting's name; a key without one is shown as it is.
 *
 * @param key dotted key of the run config
 */
export function settingLabel(key: string): string {
  return names[key] ?? key
}

/**
 * A setting's value; missing is not false and not zero.
 *
 * @param value as the contract carries it
 */
export function settingText(value: unknown): string {
  if (value === null || value === undefined) return missing
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (typeof value === 'number') return smallNumber(value)
  if (typeof value === 'string') return value
  return JSON.stringify(value)
}

/** 1e-5 rather than 0.00001, as learning rates are written. */
function smallNumber(value: number): string {
  return value !== 0 && Math.abs(value) < 0.001 ? value.toExponential() : String(value)
}
