/** How far a run is: everything, beside weights and moments, that a checkpoint needs for going on as if uninterrupted. */
import { z } from 'zod'
import type { TrainingConfig } from '@shared/config/run-config.ts'
import {
  epochSecondsParts,
  type BestScore,
  type EpochSeconds,
  type EpochSummary,
} from '@shared/results/run-summary.ts'

/** Sums over the epoch in progress. */
export interface EpochSums {
  readonly steps: number
  readonly examples: number
  /** Σ mean batch loss × examples. */
  readonly lossSum: number
  readonly tokens: number
  readonly paddedTokens: number
}

/** Progress after a step or an epoch. */
export interface TrainingProgress {
  /** Optimizer steps so far. */
  readonly step: number
  /** 1-based epoch that is in progress or comes next. */
  readonly epoch: number
  readonly sums: EpochSums
  /** Seconds of the epoch in progress so far. */
  readonly seconds: EpochSeconds | null
  readonly epochs: readonly EpochSummary[]
  readonly best: BestScore | null
  /** Step of the checkpoint that holds the best weights. */
  readonly bestStep: number | null
  /** Evaluations in a row without a new best score. */
  readonly evaluationsWithoutBest: number
  /** Epoch before which the method's latest survey was made; 0 = none yet. */
  readonly surveyedEpoch: number
  /** Steps before a survey last set weights and moments back; 0 where none did. Optimizer and random numbers count from there. */
  readonly stepsBeforeRewind: number
  /** Seconds of the method's surveys so far; null where an older lab did not time them. */
  readonly surveySeconds: number | null
}

/** Nothing done in an epoch yet. */
export const emptySums: EpochSums = { steps: 0, examples: 0, lossSum: 0, tokens: 0, paddedTokens: 0 }

/** A run that has not begun. */
export const freshProgress: TrainingProgress = {
  step: 0,
  epoch: 1,
  sums: emptySums,
  seconds: null,
  epochs: [],
  best: null,
  bestStep: null,
  evaluationsWithoutBest: 0,
  surveyedEpoch: 0,
  stepsBeforeRewind: 0,
  surveySeconds: 0,
}

const count = z.number().int().nonnegative()
const sums = z.object({
  steps: count,
  examples: count,
  lossSum: z.number(),
  tokens: count,
  paddedTokens: count,
})
const seconds = z.object(
  Object.fromEntries(['total', ...epochSecondsParts].map((part) => [part, z.number()])),
)

/** What `state.json` in a checkpoint folder must hold. */
export const progressSchema = z.object({
  step: count,
  epoch: z.number().int().positive(),
  sums,
  seconds: seconds.nullable(),
  epochs: z.array(z.unknown()),
  best: z.unknown(),
  bestStep: count.nullable(),
  evaluationsWithoutBest: count,
  surveyedEpoch: count.default(0),
  stepsBeforeRewind: count.default(0),
  surveySeconds: z.number().nullable().default(null),
})

/**
 * Whether training is over.
 *
 * @param progress after an epoch
 * @param training most epochs, and evaluations without a new best score after which to stop
 */
export function isFinished(
  progress: TrainingProgress,
  training: Pick<TrainingConfig, 'maxEpochs' | 'patience'>,
): boolean {
  return progress.epochs.length >= training.maxEpochs || progress.evaluationsWithoutBest >= training.patience
}

/**
 * Progress after a survey of the method.
 *
 * @param progress before
 * @param isRewound whether weights were replaced
 * @param seconds what the survey took
 */
export function afterSurvey(
  progress: TrainingProgress,
  isRewound: boolean,
  seconds: number,
): TrainingProgress {
  const stepsBeforeRewind = isRewound ? progress.step : progress.stepsBeforeRewind
  const surveySeconds = progress.surveySeconds === null ? null : progress.surveySeconds + seconds
  return { ...progress, surveyedEpoch: progress.epoch, stepsBeforeRewind, surveySeconds }
}

/**
 * Progress after an epoch's evaluation. The score of an epoch that only prepares the last training is neither the run's
 * best nor a reason to stop: what it measured is not the model that the run ends with.
 *
 * @source AD-DROP's released recipe: strictly better counts; every epoch is evaluated, of whichever phase
 * @differs The first evaluation always counts as best; the released code begins at 0, so that a score of 0 never does.
 * @param progress before
 * @param summary the finished epoch
 * @param score headline metric and its value, higher is better
 * @param counts whether the epoch belongs to the run's last training
 */
export function afterEpoch(
  progress: TrainingProgress,
  summary: EpochSummary,
  score: Pick<BestScore, 'metric' | 'value'>,
  counts = true,
): TrainingProgress {
  const next = {
    ...progress,
    epoch: progress.epoch + 1,
    sums: emptySums,
    seconds: null,
    epochs: [...progress.epochs, summary],
  }
  if (!counts) return next
  const isBest = progress.best === null || score.value > progress.best.value
  return {
    ...next,
    best: isBest ? { ...score, epoch: summary.epoch } : progress.best,
    bestStep: isBest ? progress.step : progress.bestStep,
    evaluationsWithoutBest: isBest ? 0 : progress.evaluationsWithoutBest + 1,
  }
}
