/** A recipe in one line. */
import type { RecipeTraining } from './methods/training-recipe.ts'
import { numberText } from './setting-text.ts'

/**
 * A recipe's training settings in words, such as `rate 1e-5, linear decay, warm-up 0.06, batches of 16, 10 epochs, …`.
 *
 * @param training the settings
 */
export function recipeText(training: RecipeTraining): string {
  const { learningRate, learningRateSchedule, warmupRatio, batchSize, maxEpochs, patience } = training
  const { weightDecay, maxGradientNorm, optimizer } = training
  return [
    `learning rate ${numberText(learningRate)}`,
    learningRateSchedule === 'linear' ? 'linear decay' : 'constant',
    warmupRatio === 0 ? 'no warm-up' : `warm-up ${numberText(warmupRatio)}`,
    `batches of ${batchSize}`,
    `${maxEpochs} epochs${patience < maxEpochs ? ` at most, patience ${patience}` : ''}`,
    `weight decay ${numberText(weightDecay)}`,
    maxGradientNorm === null ? 'no clipping' : `clipping at ${numberText(maxGradientNorm)}`,
    `β₂ ${numberText(optimizer.beta2)}`,
    `ε ${numberText(optimizer.epsilon)}`,
  ].join(', ')
}
