/** Where an epoch's wall time goes: at every moment exactly one part is running, so the parts add up to the total. */
import type { StepShares } from '@main/ml/training/trainer.ts'
import { epochSecondsParts, type EpochSeconds } from '@shared/results/run-summary.ts'

/** A part of an epoch's time. */
export type EpochPart = (typeof epochSecondsParts)[number]

/** What the time from now on belongs to: a part, several in shares, or start-up, which is a part of `other`. */
export type StopwatchPart = EpochPart | StepShares | 'startUp'

/** Stopwatch over the parts of an epoch. */
export class EpochStopwatch {
  private readonly now: () => number
  private readonly seconds: Record<EpochPart, number>
  private current: StopwatchPart = 'other'
  private since: number
  private startUp: number

  /**
   * @param now monotonic seconds
   * @param earlier seconds of the same epoch from before an interruption
   * @param earlierStartUp seconds of start-up among them
   */
  constructor(now: () => number, earlier?: EpochSeconds, earlierStartUp = 0) {
    this.now = now
    this.since = now()
    this.startUp = earlierStartUp
    const parts = epochSecondsParts.map((part) => [part, earlier?.[part] ?? 0])
    this.seconds = Object.fromEntries(parts) as Record<EpochPart, number>
  }

  /**
   * From now on time belongs to this part, or to several in these shares.
   *
   * @param part the part that begins, or shares that sum to 1
   */
  begin(part: StopwatchPart): void {
    const moment = this.now()
    const elapsed = moment - this.since
    if (this.current === 'startUp') {
      this.seconds.other += elapsed
      this.startUp += elapsed
    } else if (typeof this.current === 'string') this.seconds[this.current] += elapsed
    else {
      for (const [name, share] of Object.entries(this.current)) {
        this.seconds[name as keyof StepShares] += elapsed * share
      }
    }
    this.since = moment
    this.current = part
  }

  /** Whether start-up is what runs now. */
  get isStartingUp(): boolean {
    return this.current === 'startUp'
  }

  /** Seconds of start-up up to now; part of `other`. */
  readStartUp(): number {
    this.begin(this.current)
    return this.startUp
  }

  /** Seconds of every part up to now. */
  read(): EpochSeconds {
    this.begin(this.current)
    const total = epochSecondsParts.reduce((sum, part) => sum + this.seconds[part], 0)
    return { total, ...this.seconds }
  }
}
