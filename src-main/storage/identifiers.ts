/** Identifiers: short, readable, and sorting by age where age matters. */
import { randomInt } from 'node:crypto'

const digits = '0123456789abcdefghijklmnopqrstuvwxyz'

/** Eight base-36 digits hold milliseconds since 1970 until the year 2059, so that identifiers sort by age. */
const timeDigits = 8

function timed(prefix: string, milliseconds: number, random: (below: number) => number): string {
  const time = Math.max(0, Math.floor(milliseconds)).toString(36).padStart(timeDigits, '0')
  const suffix = Array.from({ length: 4 }, () => digits[random(36)] ?? '0').join('')
  return `${prefix}-${time}${suffix}`
}

/**
 * A new run's identifier: `r-`, the time in base 36, four random digits.
 *
 * @param milliseconds time since 1970
 * @param random whole numbers from 0 to below its argument
 */
export function newRunId(
  milliseconds: number = Date.now(),
  random: (below: number) => number = randomInt,
): string {
  return timed('r', milliseconds, random)
}

/**
 * A new study's identifier: `s-`, the time in base 36, four random digits.
 *
 * @param milliseconds time since 1970
 * @param random whole numbers from 0 to below its argument
 */
export function newStudyId(
  milliseconds: number = Date.now(),
  random: (below: number) => number = randomInt,
): string {
  return timed('s', milliseconds, random)
}

/**
 * Identifier of a data set: its name made plain, and the start of its content's digest. Equal content under an equal
 * name gives an equal identifier.
 *
 * @param name name as shown
 * @param contentSha256 digest of the parsed examples
 */
export function datasetIdFor(name: string, contentSha256: string): string {
  return `${slug(name)}-${contentSha256.slice(0, 8)}`
}

/**
 * A name as lower-case ASCII letters, digits and hyphens, at most 40 of them; `data` when nothing is left.
 *
 * @param name any text
 */
export function slug(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '')
  return plain === '' ? 'data' : plain
}
