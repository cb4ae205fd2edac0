/** Repeatable random numbers for demo data. */

/**
 * A generator of numbers in [0, 1) (mulberry32).
 *
 * @param seed any integer
 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/**
 * A normal deviate by summing uniform ones, which is near enough for demo data.
 *
 * @param random numbers in [0, 1)
 */
export function roughNormal(random: () => number): number {
  let sum = 0
  for (let draw = 0; draw < 12; draw += 1) sum += random()
  return sum - 6
}

/**
 * A repeatable seed from a text.
 *
 * @param text anything
 */
export function seedOf(text: string): number {
  let hash = 2166136261
  for (const letter of text) hash = Math.imul(hash ^ letter.codePointAt(0)!, 16777619)
  return hash >>> 0
}
