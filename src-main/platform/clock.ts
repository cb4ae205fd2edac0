/** Time, as a parameter: tests bring their own. */

/** A source of time. */
export interface Clock {
  /** Wall-clock time as ISO 8601 in UTC. */
  now(): string
  /** Seconds since some fixed moment; never goes back. */
  seconds(): number
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => new Date().toISOString(),
  seconds: () => performance.now() / 1000,
}
