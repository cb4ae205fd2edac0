/** How long a study will take, judged by earlier runs on this machine. */
import { epochPhase } from '@shared/config/epoch-phase.ts'
import type { RunSummary } from '@shared/results/run-summary.ts'
import type { PreparedRun } from './run-launcher.ts'
import { plannedSteps } from './run-fit.ts'

/** Fastest and slowest of what was seen. */
type Range = readonly [number, number]

function rangeOf(values: readonly (number | null)[]): Range | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : [Math.min(...known), Math.max(...known)]
}

/** Runs whose steps cost the same: same weights, same batches. */
function comparableRuns(run: PreparedRun, earlier: readonly RunSummary[]): RunSummary[] {
  return earlier.filter(
    ({ config }) =>
      config.checkpoint === run.config.checkpoint &&
      config.training.batchSize === run.config.training.batchSize &&
      config.training.maxLength === run.config.training.maxLength,
  )
}

/** Mean seconds of an epoch that are no training; compilation, which the first epochs have, is spread over all. */
function meanSecondsAround({ epochs }: RunSummary): number {
  return epochs.reduce((sum, { seconds }) => sum + seconds.evaluation + seconds.other, 0) / epochs.length
}

function secondsOf(run: PreparedRun, earlier: readonly RunSummary[]): Range | null {
  const comparable = comparableRuns(run, earlier)
  const stepMs = {
    'fine-tuning': rangeOf(comparable.map((known) => known.stepMs.fineTuning)),
    regularized: rangeOf(comparable.map((known) => known.stepMs.regularized)),
  }
  const evaluation = rangeOf(
    comparable
      .filter(({ config, epochs }) => config.dataset === run.config.dataset && epochs.length > 0)
      .map(meanSecondsAround),
  )
  const { maxEpochs } = run.config.training
  const stepsPerEpoch = plannedSteps(run.config, run.dataset) / maxEpochs
  let [low, high] = [0, 0]
  for (let epoch = 1; epoch <= maxEpochs; epoch += 1) {
    const ms = stepMs[epochPhase(run.config.method, epoch)]
    if (ms === null) return null
    low += (stepsPerEpoch * ms[0]) / 1000 + (evaluation?.[0] ?? 0)
    high += (stepsPerEpoch * ms[1]) / 1000 + (evaluation?.[1] ?? 0)
  }
  return [low, high]
}

/**
 * Seconds that runs will take one after the other if none stops early.
 *
 * @param runs what would be launched
 * @param earlier every run of this home
 * @returns from the fastest to the slowest comparable steps; null when one of the runs has no comparable predecessor
 */
export function studySeconds(runs: readonly PreparedRun[], earlier: readonly RunSummary[]): Range | null {
  let [low, high] = [0, 0]
  for (const run of runs) {
    const seconds = secondsOf(run, earlier)
    if (seconds === null) return null
    low += seconds[0]
    high += seconds[1]
  }
  return [low, high]
}
