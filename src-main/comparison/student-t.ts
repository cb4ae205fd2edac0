/** Student's t distribution: the two-sided p-value of a test statistic. */
import cdf from '@stdlib/stats-base-dists-t-cdf'

/**
 * Probability that |T| is at least |t| for a T with Student's distribution. It is taken from the lower tail, where small
 * probabilities keep all their digits.
 *
 * @equation p = 2 F(−|t|; ν), F the cumulative distribution function
 * @param t                the statistic
 * @param degreesOfFreedom ν, above 0, need not be whole
 * @returns in [0, 1]
 */
export function twoSidedPValue(t: number, degreesOfFreedom: number): number {
  if (!(degreesOfFreedom > 0) || Number.isNaN(t))
    throw new RangeError(`t = ${t} with ν = ${degreesOfFreedom}`)
  return 2 * cdf(-Math.abs(t), degreesOfFreedom)
}
