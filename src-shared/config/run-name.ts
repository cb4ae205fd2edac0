/** The name of a run that was given none. */
import { methodLabel } from './method-label.ts'
import { shortNumber } from './methods/method-definition.ts'
import type { RunConfig } from './run-config.ts'

/** How a setting that varies is shown behind the method. */
const settingLabels: Readonly<Record<string, (value: string) => string>> = {
  'training.learningRate': (value) => `lr${value}`,
  'training.learningRateSchedule': (value) => `${value} lr`,
  'training.warmupRatio': (value) => `warm-up ${value}`,
  'training.batchSize': (value) => `batch ${value}`,
  'training.maxEpochs': (value) => `${value} epochs`,
  'training.patience': (value) => `patience ${value}`,
  'training.maxLength': (value) => `length ${value}`,
  'training.weightDecay': (value) => `decay ${value}`,
  'training.maxGradientNorm': (value) => (value === 'null' ? 'unclipped' : `clip ${value}`),
  'training.optimizer.beta2': (value) => `β₂ ${value}`,
  'training.optimizer.epsilon': (value) => `ε ${value}`,
  'training.batching': (value) => value,
  'training.precision': (value) => value,
  'limits.trainExamples': (value) => (value === 'null' ? 'all rows' : `${value} rows`),
  'limits.validationExamples': (value) =>
    value === 'null' ? 'all validation rows' : `${value} validation rows`,
  'limits.perClass': (value) => (value === 'null' ? 'all rows' : `${value} rows of each class`),
  checkpoint: (value) => value,
  dataset: (value) => value,
}

/**
 * A run's name: task, method with its settings, whatever else varies, seed; for example `rte · AD-DROP p.3 q.3 · s1`.
 *
 * @param config the run's description
 * @param differing dotted keys that vary among the runs launched together
 */
export function runName(config: RunConfig, differing: readonly string[] = []): string {
  const others = differing.flatMap((key) => {
    const label = settingLabels[key]
    return label === undefined ? [] : [label(settingText(config, key))]
  })
  return [
    config.task,
    [methodLabel(config.method, differing), ...others].join(' '),
    `s${config.training.seed}`,
  ].join(' · ')
}

/** Last part of a path or the number in short. */
function settingText(config: RunConfig, key: string): string {
  const value = key
    .split('.')
    .reduce<unknown>(
      (inner, part) =>
        typeof inner === 'object' && inner !== null ? new Map(Object.entries(inner)).get(part) : undefined,
      config,
    )
  if (typeof value === 'number') return shortNumber(value)
  return (
    String(value)
      .replace(/[\\/]+$/, '')
      .split(/[\\/]/)
      .at(-1) ?? ''
  )
}
