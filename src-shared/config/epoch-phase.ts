/** What an epoch of a run trains. */
import type { MethodConfig } from './method-config.ts'

/**
 * Which objective an epoch trains: cross-tuning alternates, beginning with plain fine-tuning; SuperTickets fine-tunes
 * plainly until it prunes.
 *
 * @source    AD-DROP Algorithm 1
 * @param method the run's method
 * @param epoch 1-based
 */
export function epochPhase(method: MethodConfig, epoch: number): 'fine-tuning' | 'regularized' {
  if (method.kind === 'fine-tuning') return 'fine-tuning'
  if (method.kind === 'super-tickets') return epoch <= method.ticketEpochs ? 'fine-tuning' : 'regularized'
  return method.crossTuning && epoch % 2 === 1 ? 'fine-tuning' : 'regularized'
}
