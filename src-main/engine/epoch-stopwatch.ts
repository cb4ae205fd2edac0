/** Where an epoch's wall time goes: at every moment exactly one part is running, so the parts add up to the total. */
import type { StepShares } from '@main/ml/training/trainer.ts'
import { epochSecondsParts, type EpochSeconds } from '@shared/results/run-summary.ts'

/** A part of an epoch's time. */
export type EpochPart = (typeof epochSecondsParts)[number]

/** Stopwatch over the parts of an epoch. */
export class EpochStopwatch {
  private readonly now: () => number
  private readonly seconds: Record<EpochPart, number>
  private current: EpochPart | StepShares = 'other'
  private since: number

  /**
   * @param now monotonic seconds
   * @param earlier seconds of the same epoch from before an interruption
   */
  constructor(now: () => number, earlier?: EpochSeconds) {
    this.now = now
    this.since = now()
    const parts = epochSecondsParts.map((part) => [part, earlier?.[part] ?? 0])
    this.seconds = Object.fromEntries(parts) as Record<EpochPart, number>
  }

  /**
   * From now on time belongs to this part, or to several in these shares.
   *
   * @param part the part that begins, or shares that sum to 1
   */
  begin(part: EpochPart | StepShares): void {
    const moment = this.now()
    const elapsed = moment - this.since
    if (typeof this.current === 'string') this.seconds[this.current] += elapsed
    else {
      for (const [name, share] of Object.entries(this.current)) {
        this.seconds[name as keyof StepShares] += elapsed * share
      }
    }
    this.since = moment
    this.current = part
  }

  /** Seconds of every part up to now. */
  read(): EpochSeconds {
    this.begin(this.current)
    const total = epochSecondsParts.reduce((sum, part) => sum + this.seconds[part], 0)
    return { total, ...this.seconds }
  }
}
