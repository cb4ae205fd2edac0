/** Finished runs for tests of comparisons. */
import { runConfig, type RunConfig, type RunConfigInput } from '@shared/config/run-config.ts'
import type { EpochPhase, EpochSeconds, EpochSummary, RunSummary } from '@shared/results/run-summary.ts'

/** Settings of AD-DROP at the paper's defaults. */
export const adDrop = { kind: 'ad-drop' } as const

/**
 * A run's description.
 *
 * @param seed its seed
 * @param change other settings
 */
export function aConfig(seed: number, change: Partial<RunConfigInput> = {}): RunConfig {
  return runConfig.parse({
    schemaVersion: 1,
    checkpoint: 'mini',
    dataset: 'rte-1',
    task: 'rte',
    ...change,
    training: { ...change.training, seed },
  })
}

/**
 * Seconds of an epoch with a given training time, spread over its parts, besides a tenth of it for evaluation and other.
 *
 * @param training seconds of training
 */
export function secondsOf(training: number): EpochSeconds {
  return {
    total: training + 2,
    input: training / 4,
    firstPass: 0,
    attribution: 0,
    mask: 0,
    secondPass: training / 4,
    backward: training / 4,
    update: training / 4,
    evaluation: 1.5,
    other: 0.5,
  }
}

/**
 * A finished epoch.
 *
 * @param epoch its number
 * @param accuracy validation accuracy; F1 is half of it
 * @param phase its objective
 * @param training seconds of training
 */
export function anEpoch(
  epoch: number,
  accuracy: number,
  phase: EpochPhase = 'fine-tuning',
  training = 8,
): EpochSummary {
  return {
    epoch,
    phase,
    trainLoss: 1 / epoch,
    validationLoss: 0.5 + epoch / 10,
    metrics: { accuracy, f1: accuracy / 2 },
    undefined: {},
    seconds: secondsOf(training),
    startUp: null,
    steps: 10,
    tokens: 1000,
    paddedTokens: 100,
  }
}

/**
 * A finished run; its best score is the greatest accuracy of its epochs.
 *
 * @param runId its identifier
 * @param config its description
 * @param accuracies validation accuracy of each epoch
 * @param change what else differs
 */
export function aRun(
  runId: string,
  config: RunConfig,
  accuracies: readonly number[],
  change: Partial<RunSummary> = {},
): RunSummary {
  const epochs = accuracies.map((accuracy, index) => anEpoch(index + 1, accuracy))
  const top = Math.max(...accuracies)
  const best =
    accuracies.length === 0
      ? null
      : { metric: 'accuracy' as const, value: top, epoch: accuracies.indexOf(top) + 1 }
  return {
    runId,
    studyId: null,
    name: runId,
    status: 'done',
    config,
    best,
    epochs,
    stepMs: { fineTuning: 100, regularized: null },
    overhead: { epoch: null, step: null },
    surveySeconds: 0,
    engine: { backend: 'tensorflow-cpu', mode: 'eager', versions: {}, device: 'A processor', threads: 2 },
    execution: null,
    rows: null,
    peakMemoryBytes: null,
    secondsSource: 'measured',
    failure: null,
    notes: [],
    createdAt: '2026-01-02T03:04:05.000Z',
    startedAt: null,
    endedAt: null,
    ...change,
  }
}
