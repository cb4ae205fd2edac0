/** Integer hashing and the sequential generator for everything that is drawn in JavaScript (order, initial weights). */

/**
 * Finaliser of MurmurHash3 (Appleby, public domain): every input bit reaches every output bit.
 *
 * @param bits a 32-bit integer
 * @returns a signed 32-bit integer
 */
export function finalize(bits: number): number {
  let h = bits
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) | 0
}

/**
 * Several integers as one 32-bit integer that depends on all of them and on their order.
 *
 * @param numbers integers; only their low 32 bits count
 * @returns a signed 32-bit integer
 */
export function mixBits(...numbers: readonly number[]): number {
  let h = 0x9e3779b9 | 0
  for (const number of numbers) h = finalize(Math.imul(h, 31) ^ finalize((number | 0) + 0x7f4a7c15)) | 0
  return h
}

/** A sequence of uniform numbers in [0, 1). */
export type UniformSequence = () => number

/**
 * Sequence of uniform numbers for one purpose of one run.
 *
 * @param seed the run's seed
 * @param purpose what the numbers are for; other purposes get unrelated numbers
 * @param index which of several sequences, for instance the epoch
 */
export function uniformSequence(seed: number, purpose: string, index = 0): UniformSequence {
  let purposeKey = 0
  for (let i = 0; i < purpose.length; i++) purposeKey = mixBits(purposeKey, purpose.charCodeAt(i))
  const start = mixBits(seed, purposeKey, index)
  let counter = 0
  return () => {
    const high = mixBits(start, counter++) >>> 5
    const low = mixBits(start, counter++) >>> 6
    return (high * 2 ** 26 + low) / 2 ** 53
  }
}

/**
 * Shuffles in place (Fisher and Yates).
 *
 * @param items what to shuffle
 * @param uniform numbers in [0, 1)
 * @returns the same array
 */
export function shuffle<Item>(items: Item[], uniform: UniformSequence): Item[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1))
    const held = items[i]!
    items[i] = items[j]!
    items[j] = held
  }
  return items
}

/**
 * Normal numbers (Box and Muller), for initial weights.
 *
 * @param count how many
 * @param standardDeviation spread around 0
 * @param uniform numbers in [0, 1)
 * @returns float32 values
 */
export function normalValues(
  count: number,
  standardDeviation: number,
  uniform: UniformSequence,
): Float32Array {
  const values = new Float32Array(count)
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - uniform())) * standardDeviation
    const angle = 2 * Math.PI * uniform()
    values[i] = radius * Math.cos(angle)
    if (i + 1 < count) values[i + 1] = radius * Math.sin(angle)
  }
  return values
}
