/** The learning rate over a run. */
import type { TrainingConfig } from '@shared/config/training-config.ts'

/**
 * Learning rate of one update.
 *
 * @equation  with s = step − 1 updates made and w = ⌈warm-up ratio · total⌉: η·s/w while s < w; then η (constant), or
 *            η·max(0, (total − s)/(total − w)) (linear)
 * @source    Hugging Face's get_constant_schedule_with_warmup and get_linear_schedule_with_warmup, warm-up steps as in
 *            TrainingArguments.get_warmup_steps; so with a warm-up the very first update has rate 0, as there
 * @param training highest rate η, schedule and share of warm-up
 * @param step 1-based number of the update over the whole run
 * @param totalSteps updates of a run that does not stop early
 */
export function learningRateAt(
  training: Pick<TrainingConfig, 'learningRate' | 'learningRateSchedule' | 'warmupRatio'>,
  step: number,
  totalSteps: number,
): number {
  const { learningRate, learningRateSchedule, warmupRatio } = training
  const made = step - 1
  const warmupSteps = Math.ceil(warmupRatio * totalSteps)
  if (made < warmupSteps) return learningRate * (made / warmupSteps)
  switch (learningRateSchedule) {
    case 'constant':
      return learningRate
    case 'linear':
      return learningRate * Math.max(0, (totalSteps - made) / Math.max(1, totalSteps - warmupSteps))
  }
}
