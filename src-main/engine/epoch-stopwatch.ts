/** Where an epoch's wall time goes: at every moment exactly one part is running, so the parts add up to the total. */
import { epochSecondsParts, type EpochSeconds } from '@shared/results/run-summary.ts'

/** A part of an epoch's time. */
export type EpochPart = (typeof epochSecondsParts)[number]

/** Stopwatch over the parts of an epoch. */
export class EpochStopwatch {
  private readonly now: () => number
  private readonly seconds: Record<EpochPart, number>
  private current: EpochPart = 'other'
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
   * From now on time belongs to this part.
   *
   * @param part the part that begins
   */
  begin(part: EpochPart): void {
    const moment = this.now()
    this.seconds[this.current] += moment - this.since
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
