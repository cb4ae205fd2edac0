/** Seeded random numbers of the sample's scripts: the same seed and purpose give the same text on every machine. */

/** A stream of pseudo-random numbers (mulberry32) that belongs to one purpose, so that no purpose disturbs another. */
export class RandomStream {
  #state: number

  /**
   * @param seed integer that names the whole sample
   * @param purpose what the numbers are for, for instance `labelled rows`; part of the stream's identity
   */
  constructor(seed: number, purpose: string) {
    // FNV-1a over the seed and the purpose.
    let hash = 0x811c9dc5
    for (const byte of new TextEncoder().encode(`${seed}/${purpose}`)) {
      hash = Math.imul(hash ^ byte, 0x01000193)
    }
    this.#state = hash >>> 0
  }

  /** The next number, uniform in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /**
   * An integer, uniform in [0, bound).
   *
   * @param bound positive integer
   */
  integer(bound: number): number {
    return Math.floor(this.next() * bound)
  }

  /**
   * True with the given probability.
   *
   * @param probability in [0, 1]
   */
  chance(probability: number): boolean {
    return this.next() < probability
  }

  /**
   * One entry, all equally likely.
   *
   * @param entries at least one entry
   */
  pick<T>(entries: readonly T[]): T {
    if (entries.length === 0) throw new Error('Cannot pick from an empty list.')
    return entries[this.integer(entries.length)]!
  }

  /**
   * A new list with the same entries in random order (Fisher and Yates).
   *
   * @param entries any list; not changed
   */
  shuffled<T>(entries: readonly T[]): T[] {
    const result = [...entries]
    for (let last = result.length - 1; last > 0; last--) {
      const other = this.integer(last + 1)
      const moved = result[last]!
      result[last] = result[other]!
      result[other] = moved
    }
    return result
  }
}
