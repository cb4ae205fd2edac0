/** Rows drawn at random from a split, every class or range of scores by its share. */
import { shuffle, uniformSequence } from '../random/seed-mixing.ts'

/** How many rows to draw: of all, or of each stratum. */
export type RowCount = { readonly ofAll: number } | { readonly ofEach: number }

/** Parts of equal size into which scores are put. */
const scoreParts = 10

/**
 * The tenth of the scores that each score is in; equal scores may be in two neighbouring ones.
 *
 * @param scores in any order
 * @returns for each score 0 (the lowest tenth) to 9
 */
export function scoreTenths(scores: readonly number[]): number[] {
  const ascending = [...scores.keys()].sort((a, b) => scores[a]! - scores[b]! || a - b)
  const tenths = new Array<number>(scores.length)
  ascending.forEach((index, rank) => (tenths[index] = Math.floor((rank * scoreParts) / scores.length)))
  return tenths
}

/**
 * Rows of a split, drawn without replacement and stratified: of a stratum as many as its share of the rows (largest
 * remainders), at least one where there are as many rows as strata; or as many of each.
 *
 * A function of its arguments: with more rows of a stratum the same ones come first, so that a smaller sample of a seed is
 * part of a larger one of `ofEach`.
 *
 * @param strata each row's class, or part of the scores
 * @param count how many; strata that have fewer give all
 * @param seed what the draw depends on
 * @returns row indices, ascending
 */
export function drawnRows(strata: readonly number[], count: RowCount, seed: number): number[] {
  const members = new Map<number, number[]>()
  strata.forEach((stratum, row) => {
    const own = members.get(stratum)
    if (own === undefined) members.set(stratum, [row])
    else own.push(row)
  })
  const names = [...members.keys()].sort((a, b) => a - b)
  const sizes = names.map((name) => members.get(name)!.length)
  const wanted = 'ofEach' in count ? sizes.map(() => count.ofEach) : shares(sizes, count.ofAll)
  return names
    .flatMap((name, place) => {
      const order = shuffle(members.get(name)!, uniformSequence(seed, 'drawn rows', name))
      return order.slice(0, wanted[place])
    })
    .sort((a, b) => a - b)
}

/** How many of each stratum a sample of `total` rows has. */
function shares(sizes: readonly number[], total: number): number[] {
  const rows = sizes.reduce((sum, size) => sum + size, 0)
  const drawn = Math.min(total, rows)
  const exact = sizes.map((size) => (drawn * size) / rows)
  const taken = exact.map(Math.floor)
  const byRemainder = [...sizes.keys()].sort(
    (a, b) => exact[b]! - taken[b]! - (exact[a]! - taken[a]!) || sizes[b]! - sizes[a]! || a - b,
  )
  const missing = drawn - taken.reduce((sum, size) => sum + size, 0)
  for (const place of byRemainder.slice(0, missing)) taken[place]!++
  if (drawn < sizes.length) return taken
  for (const [place, size] of taken.entries()) {
    if (size > 0) continue
    taken[taken.indexOf(Math.max(...taken))]!--
    taken[place] = 1
  }
  return taken
}
