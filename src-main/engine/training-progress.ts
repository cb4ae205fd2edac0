/** How far a run is: everything, beside weights and moments, that a checkpoint needs for going on as if uninterrupted. */
import { z } from 'zod'
import type { TrainingConfig } from '@shared/config/training-config.ts'
import type { Recorded } from '@shared/config/recorded.ts'
import { count, recordedNumber } from '@shared/results/recorded-number.ts'
import {
  bestScoreSchema,
  epochSecondsSchema,
  epochStartUpSchema,
  epochSummarySchema,
  type EpochSummary,
} from '@shared/results/run-summary.ts'
import type { HeadlineScore } from './headline-score.ts'

/** Sums over the epoch in progress. */
const epochSums = z.object({
  steps: count,
  examples: count,
  /** Σ mean batch loss × examples. */
  lossSum: recordedNumber,
  tokens: count,
  paddedTokens: count,
  /** Start-up so far. */
  startUp: epochStartUpSchema.default({ seconds: 0, steps: 0 }),
})

/** What `state.json` in a checkpoint folder holds: progress after a step or an epoch. Fields of newer labs have defaults. */
export const progressSchema = z.object({
  /** Optimizer steps so far. */
  step: count,
  /** 1-based epoch that is in progress or comes next. */
  epoch: z.number().int().positive(),
  sums: epochSums,
  /** Seconds of the epoch in progress so far. */
  seconds: epochSecondsSchema.nullable(),
  epochs: z.array(epochSummarySchema),
  best: bestScoreSchema.nullable(),
  /** Step of the checkpoint that holds the best weights. */
  bestStep: count.nullable(),
  /** Evaluations in a row without a new best score. */
  evaluationsWithoutBest: count,
  /** Epoch before which the method's latest survey was made; 0 = none yet. */
  surveyedEpoch: count.default(0),
  /** Steps before a survey last set weights and moments back; 0 where none did. Optimizer and random numbers count from there. */
  stepsBeforeRewind: count.default(0),
  /** Seconds of the method's surveys so far; null where an older lab did not time them. */
  surveySeconds: recordedNumber.nullable().default(null),
})

/** Progress after a step or an epoch. */
export type TrainingProgress = Recorded<typeof progressSchema>

/** Nothing done in an epoch yet. */
export const emptySums: TrainingProgress['sums'] = {
  steps: 0,
  examples: 0,
  lossSum: 0,
  tokens: 0,
  paddedTokens: 0,
  startUp: { seconds: 0, steps: 0 },
}

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
 * best nor a reason to stop: what it measured is not the model that the run ends with. An undefined score is not better than any.
 *
 * @source AD-DROP's released recipe: strictly better counts; every epoch is evaluated, of whichever phase
 * @differs The first evaluation always counts as best; the released code begins at 0, so that a score of 0 never does.
 * @param progress before
 * @param summary the finished epoch
 * @param score headline metric and its value, higher is better; null = undefined
 * @param counts whether the epoch belongs to the run's last training
 */
export function afterEpoch(
  progress: TrainingProgress,
  summary: EpochSummary,
  score: HeadlineScore,
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
  const { metric, value } = score
  const isBest = value !== null && (progress.best === null || value > progress.best.value)
  return {
    ...next,
    best: isBest ? { metric, value, epoch: summary.epoch } : progress.best,
    bestStep: isBest ? progress.step : progress.bestStep,
    evaluationsWithoutBest: isBest ? 0 : progress.evaluationsWithoutBest + 1,
  }
}
