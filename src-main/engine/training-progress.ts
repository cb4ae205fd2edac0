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
  /** Whether the method's survey of the training set has been made. */
  readonly isSurveyed: boolean
  /** Steps before the method's survey set weights and moments back; 0 where it did not. The optimizer counts from there. */
  readonly stepsBeforeRewind: number
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
  isSurveyed: false,
  stepsBeforeRewind: 0,
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
  isSurveyed: z.boolean().default(false),
  stepsBeforeRewind: count.default(0),
})

/**
 * Whether training is over. As long as the method's survey is to come, scores do not end it: what is trained until then
 * is there for the survey.
 *
 * @param progress after an epoch
 * @param training most epochs, and evaluations without a new best score after which to stop
 * @param hasSurvey whether the method makes a survey
 */
export function isFinished(
  progress: TrainingProgress,
  training: Pick<TrainingConfig, 'maxEpochs' | 'patience'>,
  hasSurvey = false,
): boolean {
  if (progress.epochs.length >= training.maxEpochs) return true
  const isSurveyToCome = hasSurvey && !progress.isSurveyed
  return !isSurveyToCome && progress.evaluationsWithoutBest >= training.patience
}

/**
 * Progress after the method's survey. Where that set the weights back, scores from before it do not count: what they
 * measured is not the model that is trained from here on.
 *
 * @param progress before
 * @param isRewound whether weights were replaced
 */
export function afterSurvey(progress: TrainingProgress, isRewound: boolean): TrainingProgress {
  const surveyed = { ...progress, isSurveyed: true }
  if (!isRewound) return surveyed
  return {
    ...surveyed,
    best: null,
    bestStep: null,
    evaluationsWithoutBest: 0,
    stepsBeforeRewind: progress.step,
  }
}

/**
 * Progress after an epoch's evaluation.
 *
 * @source AD-DROP's released recipe: strictly better counts; every epoch is evaluated, of whichever phase
 * @differs The first evaluation always counts as best; the released code begins at 0, so that a score of 0 never does.
 * @param progress before
 * @param summary the finished epoch
 * @param score headline metric and its value, higher is better
 */
export function afterEpoch(
  progress: TrainingProgress,
  summary: EpochSummary,
  score: Pick<BestScore, 'metric' | 'value'>,
): TrainingProgress {
  const isBest = progress.best === null || score.value > progress.best.value
  return {
    ...progress,
    epoch: progress.epoch + 1,
    sums: emptySums,
    seconds: null,
    epochs: [...progress.epochs, summary],
    best: isBest ? { ...score, epoch: summary.epoch } : progress.best,
    bestStep: isBest ? progress.step : progress.bestStep,
    evaluationsWithoutBest: isBest ? 0 : progress.evaluationsWithoutBest + 1,
  }
}
