/** Where a run stands between two evaluations, kept from its events: step, loss of the last step, time left. */
import type { RunConfig } from '@shared/config/run-config.ts'
import type { RunEvent } from '@shared/results/run-event.ts'
import type { EpochPhase } from '@shared/results/run-summary.ts'
import { RemainingTime } from './remaining-time.ts'

/** Where a run stands. */
export interface RunPosition {
  /** 1-based; 0 before the first. */
  readonly epoch: number
  readonly step: number
  readonly totalSteps: number | null
  readonly phase: EpochPhase | null
  readonly lastLoss: number | null
  readonly etaSeconds: readonly [number, number] | null
}

/** Follows one run's events. */
export class RunProgress {
  #epoch = 0
  #step = 0
  #totalSteps: number | null = null
  #stepsPerEpoch = 0
  #phase: EpochPhase | null = null
  #lastLoss: number | null = null
  readonly #remaining: RemainingTime

  /** @param config the run's description */
  constructor(config: RunConfig) {
    this.#remaining = new RemainingTime(config)
  }

  /** @param event the next event of this run */
  apply(event: RunEvent): void {
    switch (event.type) {
      case 'run-started':
        this.#totalSteps = event.totalSteps
        this.#stepsPerEpoch = event.stepsPerEpoch
        this.#step = event.resumedAtStep ?? this.#step
        break
      case 'epoch-started':
        this.#epoch = event.epoch
        this.#phase = event.phase
        break
      case 'step':
        this.#epoch = event.epoch
        this.#phase = event.phase
        this.#step = event.step
        this.#lastLoss = event.loss
        this.#remaining.addStep(event.phase, event.seconds)
        break
      case 'evaluation':
        // Not `other`, most of which is compilation: it does not come back in the epochs left.
        this.#remaining.addEvaluation(event.summary.seconds.evaluation)
        break
      case 'checkpoint':
      case 'message':
      case 'run-ended':
        break
    }
  }

  /** Where the run stands now; the time left only while it runs is of use. */
  get position(): RunPosition {
    return {
      epoch: this.#epoch,
      step: this.#step,
      totalSteps: this.#totalSteps,
      phase: this.#phase,
      lastLoss: this.#lastLoss,
      etaSeconds:
        this.#totalSteps === null
          ? null
          : this.#remaining.range(this.#step, this.#totalSteps, this.#stepsPerEpoch),
    }
  }
}
