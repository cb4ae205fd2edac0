/** Time left of a run, as a range: median step time × remaining steps + measured evaluation cost, by phase. */
import { epochPhase } from '@shared/config/epoch-phase.ts'
import type { RunConfig } from '@shared/config/run-config.ts'
import type { EpochPhase } from '@shared/results/run-summary.ts'

/** Step times kept per phase. */
const windowSteps = 50
/** Steps before a run's time left is shown. */
const leastSteps = 20
/**
 * Regularized ÷ plain step while only one kind was seen. AD-DROP with gradient attribution measured 1.65 to 1.98 on two
 * machines; the middle serves until the run has steps of its own. SuperTickets' second stage is fine-tuning.
 */
const assumedRatio = ({ method }: RunConfig): number => (method.kind === 'super-tickets' ? 1 : 1.8)

/** A share of the sorted numbers lies below the answer; 0 for an empty list. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const position = (sorted.length - 1) * share
  const low = sorted[Math.floor(position)] ?? 0
  const high = sorted[Math.ceil(position)] ?? low
  return low + (high - low) * (position - Math.floor(position))
}

/** Keeps the step and evaluation times of one run and answers how long it will still take. */
export class RemainingTime {
  readonly #stepSeconds: Record<EpochPhase, number[]> = { 'fine-tuning': [], regularized: [] }
  readonly #config: RunConfig
  #numSteps = 0
  #evaluationSeconds: number | null = null

  /** @param config the run's description; decides which epochs are regularized */
  constructor(config: RunConfig) {
    this.#config = config
  }

  /**
   * @param phase objective of the step
   * @param seconds its wall time
   */
  addStep(phase: EpochPhase, seconds: number): void {
    const kept = this.#stepSeconds[phase]
    kept.push(seconds)
    if (kept.length > windowSteps) kept.shift()
    this.#numSteps += 1
  }

  /** @param seconds wall time of one evaluation */
  addEvaluation(seconds: number): void {
    this.#evaluationSeconds = seconds
  }

  /**
   * Seconds left if the run does not stop early.
   *
   * @param step last finished step, 1-based over the run
   * @param totalSteps steps of the whole run
   * @param stepsPerEpoch steps of one epoch
   * @returns a low and a high estimate (quartiles of the recent step times, at least ±5 %), or null before 20 steps
   */
  range(step: number, totalSteps: number, stepsPerEpoch: number): readonly [number, number] | null {
    if (this.#numSteps < leastSteps || stepsPerEpoch <= 0) return null
    const remaining: Record<EpochPhase, number> = { 'fine-tuning': 0, regularized: 0 }
    let position = step
    let evaluations = 0
    while (position < totalSteps) {
      const epoch = Math.floor(position / stepsPerEpoch) + 1
      const end = Math.min(epoch * stepsPerEpoch, totalSteps)
      remaining[epochPhase(this.#config.method, epoch)] += end - position
      position = end
      evaluations += 1
    }
    const sum = (share: number): number =>
      remaining['fine-tuning'] * this.#secondsOf('fine-tuning', share) +
      remaining.regularized * this.#secondsOf('regularized', share)
    const evaluation = evaluations * (this.#evaluationSeconds ?? 0)
    const middle = sum(0.5)
    return [Math.min(sum(0.25), middle * 0.95) + evaluation, Math.max(sum(0.75), middle * 1.05) + evaluation]
  }

  #secondsOf(phase: EpochPhase, share: number): number {
    const own = this.#stepSeconds[phase]
    if (own.length > 0) return quantile(own, share)
    return phase === 'regularized'
      ? quantile(this.#stepSeconds['fine-tuning'], share) * assumedRatio(this.#config)
      : quantile(this.#stepSeconds.regularized, share) / assumedRatio(this.#config)
  }
}
