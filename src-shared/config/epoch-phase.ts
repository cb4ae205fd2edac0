/** What an epoch of a run trains. */
import { trainingStage } from './training-stages.ts'
import type { MethodConfig } from './method-config.ts'

/**
 * Which objective an epoch trains: cross-tuning alternates, beginning every training with plain fine-tuning; SuperTickets
 * fine-tunes plainly until it prunes.
 *
 * @source    AD-DROP Algorithm 1
 * @param method the run's method
 * @param epoch 1-based
 */
export function epochPhase(method: MethodConfig, epoch: number): 'fine-tuning' | 'regularized' {
  const { firstEpoch, isLast } = trainingStage(method, epoch, Infinity)
  if (method.kind === 'fine-tuning') return 'fine-tuning'
  if (method.kind === 'super-tickets') return isLast ? 'regularized' : 'fine-tuning'
  return method.crossTuning && (epoch - firstEpoch) % 2 === 0 ? 'fine-tuning' : 'regularized'
}
