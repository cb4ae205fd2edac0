/** JSON as the data folder keeps it: numbers that JSON lacks are written as the texts "NaN", "Infinity", "-Infinity". */
import { z } from 'zod'

/**
 * A value as JSON in which a loss that is not finite stays readable instead of turning into null.
 *
 * @param value plain data
 * @param indent spaces of indentation; 0 for one line
 */
export function toJson(value: unknown, indent = 0): string {
  return JSON.stringify(value, (_key, entry: unknown) => namedIfNotFinite(entry), indent)
}

function namedIfNotFinite(entry: unknown): unknown {
  return typeof entry === 'number' && !Number.isFinite(entry) ? String(entry) : entry
}

/** A number as `toJson` writes it. */
export const storedNumber = z.union([
  z.number(),
  z.enum(['NaN', 'Infinity', '-Infinity']).transform((name) => Number(name)),
])
