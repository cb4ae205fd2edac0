/** Several tests at once: p-values corrected so that one false discovery among all of them stays as rare as p says. */

/**
 * Holm's correction of p-values for their number.
 *
 * @equation p̃₍ᵢ₎ = max over j ≤ i of min(1, (m − j + 1) · p₍ⱼ₎), p₍₁₎ ≤ … ≤ p₍ₘ₎
 * @source   Holm 1979, A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6
 * @param pValues of the tests made together; null = no test was made, which counts for nothing
 * @returns corrected p-values in the order given, each at least as large as before; null stays null
 */
export function holmCorrection(pValues: readonly (number | null)[]): (number | null)[] {
  const made = pValues
    .flatMap((p, place) => (p === null ? [] : [{ p, place }]))
    .sort((left, right) => left.p - right.p)
  const corrected = pValues.map((): number | null => null)
  let largest = 0
  for (const [rank, { p, place }] of made.entries()) {
    largest = Math.max(largest, Math.min(1, (made.length - rank) * p))
    corrected[place] = largest
  }
  return corrected
}
