/** The trainings that a run consists of: most methods' runs are one; some train several times from the first weights on. */
import type { MethodConfig } from './method-config.ts'

/** Epochs that follow one another without going back to the first weights. */
export interface TrainingStage {
  /** 1-based. */
  readonly firstEpoch: number
  /** Epochs of it in a run that does not stop early. */
  readonly epochs: number
  /** Whether the run's result is what it trains; the stages before only prepare it. */
  readonly isLast: boolean
}

/** Epochs of each stage before the last one. */
function preparatoryStages(method: MethodConfig): readonly number[] {
  if (method.kind === 'super-tickets') return [method.ticketEpochs]
  if (method.kind !== 'auto-dropout' || method.search === 'none') return []
  return new Array<number>(method.candidates).fill(method.epochsPerCandidate)
}

/**
 * Epochs of a run that only prepare its last training; 0 for most methods.
 *
 * @param method the run's method
 */
export function preparatoryEpochs(method: MethodConfig): number {
  return preparatoryStages(method).reduce((sum, epochs) => sum + epochs, 0)
}

/**
 * Whether a method looks at the training set or at scores between epochs, which takes time that no epoch has.
 *
 * @param method the run's method
 */
export function isSurveyed(method: MethodConfig): boolean {
  return method.kind === 'child-tuning-d' || preparatoryEpochs(method) > 0
}

/**
 * The stage that an epoch belongs to.
 *
 * @param method the run's method
 * @param epoch 1-based over the whole run
 * @param maxEpochs of the whole run
 */
export function trainingStage(method: MethodConfig, epoch: number, maxEpochs: number): TrainingStage {
  let firstEpoch = 1
  for (const epochs of preparatoryStages(method)) {
    if (epoch < firstEpoch + epochs) return { firstEpoch, epochs, isLast: false }
    firstEpoch += epochs
  }
  return { firstEpoch, epochs: maxEpochs - firstEpoch + 1, isLast: true }
}
