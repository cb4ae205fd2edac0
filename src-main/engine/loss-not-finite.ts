/** The failure of numbers that are NaN or infinite: where it was noticed, and the likely cause's remedy. */
import { numberText } from '@shared/config/setting-text.ts'
import { trainingConfig, type TrainingConfig } from '@shared/config/training-config.ts'
import { LabError } from '@shared/failures/failure.ts'

/** Learning rates up to here are usual for fine-tuning; above, the rate is the first thing to look at. */
const usualLearningRate = 5e-5

/** Settings that decide whether numbers stay finite. */
type Settings = Pick<TrainingConfig, 'learningRate' | 'precision' | 'maxGradientNorm'>

/** Where numbers that are not finite were noticed. */
export interface NotFiniteAt {
  /** What is not finite, as the beginning of a sentence: `The training loss is NaN at step 3 (epoch 1)`. */
  readonly what: string
  /** Optimizer updates of the weights before it. */
  readonly updates: number
}

/**
 * The failure. No score comes of such numbers, and no checkpoint is written with them.
 *
 * @param at where
 * @param training the run's settings
 */
export function lossNotFinite(at: NotFiniteAt, training: Settings): LabError {
  const { updates } = at
  const message =
    updates === 0
      ? `${at.what}, before any weight was changed: the checkpoint’s own weights give it.`
      : `${at.what}. Scores and checkpoints of this run are from before it.`
  return new LabError(
    'loss-not-finite',
    message,
    updates === 0 ? startHint(training) : trainingHint(training),
  )
}

/** The weights are those of the checkpoint: learning more slowly does not help. */
function startHint({ precision }: Settings): string {
  return precision === 'bfloat16'
    ? 'Set training.precision to "float32"; if it happens there too, choose another checkpoint.'
    : 'Choose another checkpoint, or export this one again in float32: its weights are damaged or too large.'
}

function trainingHint({ learningRate, precision, maxGradientNorm }: Settings): string {
  if (learningRate > usualLearningRate)
    return `Lower training.learningRate: it is ${numberText(learningRate)}, and 1e-5 to 5e-5 are usual; try ${lower(learningRate)}.`
  if (precision === 'bfloat16') return 'Set training.precision to "float32".'
  if (maxGradientNorm === null) return 'Set training.maxGradientNorm to 1.'
  return `Lower training.learningRate: it is ${numberText(learningRate)}; try ${lower(learningRate)}.`
}

/** A tenth, and at most a usual one. */
function lower(learningRate: number): string {
  const usual = trainingConfig.shape.learningRate.parse(undefined)
  const tenth = learningRate / 10
  const lowered = learningRate > usualLearningRate ? Math.min(tenth, usual) : tenth
  return numberText(Number(lowered.toPrecision(2)))
}
