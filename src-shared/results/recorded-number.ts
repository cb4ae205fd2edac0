/** Numbers in records: JSON has no NaN and no infinity, so these are written as the texts "NaN", "Infinity", "-Infinity". */
import { z } from 'zod'

const names = ['NaN', 'Infinity', '-Infinity'] as const

/** Any number as records hold it. A null stands for a number that an older lab could not write, and reads as NaN. */
export const recordedNumber = z.union([
  z.number(),
  z.enum(names).transform(Number),
  z.null().transform(() => NaN),
])

/** A score as records hold it: null where it is undefined. A text is an older lab's way of writing that. */
export const recordedScore = z.union([z.number(), z.null(), z.enum(names).transform(() => null)])

/** A whole number from 0 on. */
export const count = z.number().int().nonnegative()

/**
 * A value as JSON in which numbers that JSON lacks stand as texts, as `recordedNumber` reads them.
 *
 * @param value plain data
 * @param indent spaces of indentation; 0 for one line
 */
export function toJson(value: unknown, indent = 0): string {
  const plain = JSON.stringify(value, null, indent)
  // A replacer takes five times as long; such a number has turned into null.
  if (!plain.includes('null')) return plain
  return JSON.stringify(value, (_key, entry: unknown) => namedIfNotFinite(entry), indent)
}

function namedIfNotFinite(entry: unknown): unknown {
  return typeof entry === 'number' && !Number.isFinite(entry) ? String(entry) : entry
}
