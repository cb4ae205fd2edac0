/** Three engine processes lost within two minutes: then starting a fourth would only burn time. */

const mostCrashes = 3
const windowMs = 2 * 60_000

/** Counts engine deaths that nobody asked for. */
export class CrashLoopGuard {
  readonly #now: () => number
  #crashTimes: number[] = []

  /** @param now milliseconds on a clock that never goes back */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** An engine died without ending its run. */
  addCrash(): void {
    this.#crashTimes.push(this.#now())
  }

  /** A run ended as it should, or a person said to go on: earlier crashes no longer count. */
  reset(): void {
    this.#crashTimes = []
  }

  /** Whether starting engines should wait for a person. */
  get isLooping(): boolean {
    const since = this.#now() - windowMs
    this.#crashTimes = this.#crashTimes.filter((time) => time >= since)
    return this.#crashTimes.length >= mostCrashes
  }
}
