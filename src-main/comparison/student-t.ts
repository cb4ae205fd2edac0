/** Student's t distribution: the two-sided p-value of a test statistic. */

/** Coefficients of Lanczos's approximation of ln Γ (g = 7, n = 9), good to about 15 digits. */
const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const

/**
 * Probability that |T| is at least |t| for a T with Student's distribution.
 *
 * @equation p = I_x(ν/2, 1/2), x = ν / (ν + t²), I the regularized incomplete beta function
 * @source   Abramowitz & Stegun, Handbook of Mathematical Functions, 26.7.1 and 26.5
 * @param t               the statistic
 * @param degreesOfFreedom ν, above 0, need not be whole
 * @returns in [0, 1]
 */
export function twoSidedPValue(t: number, degreesOfFreedom: number): number {
  if (!(degreesOfFreedom > 0) || Number.isNaN(t))
    throw new RangeError(`t = ${t} with ν = ${degreesOfFreedom}`)
  const square = t * t
  if (!Number.isFinite(square)) return 0
  // Whichever of x and 1 − x is small must be computed without cancellation.
  const sum = degreesOfFreedom + square
  return incompleteBeta(degreesOfFreedom / sum, square / sum, degreesOfFreedom / 2, 0.5)
}

/** I_x(a, b) by its continued fraction, on the side where that converges quickly; `rest` = 1 − x. */
function incompleteBeta(x: number, rest: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (rest <= 0) return 1
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(rest))
  if (x < (a + 1) / (a + b + 2)) return Math.min(1, (front * betaFraction(x, a, b)) / a)
  return Math.max(0, 1 - (front * betaFraction(rest, b, a)) / b)
}

/** Continued fraction 26.5.8 by Lentz's method: numerators and denominators are kept as ratios. */
function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300
  const away = (value: number): number => (Math.abs(value) < tiny ? tiny : value)
  let c = 1
  let d = 1 / away(1 - ((a + b) * x) / (a + 1))
  let fraction = d
  for (let m = 1; m <= 10_000; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / away(1 + even * d)
    c = away(1 + even / c)
    fraction *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / away(1 + odd * d)
    c = away(1 + odd / c)
    const change = d * c
    fraction *= change
    if (Math.abs(change - 1) < 1e-15) return fraction
  }
  return fraction
}

/** ln Γ(z) for z > 0. */
function logGamma(z: number): number {
  if (z < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * z)) - logGamma(1 - z)
  const shifted = z - 1
  const [constant = 1, ...coefficients] = lanczos
  const series = coefficients.reduce<number>(
    (sum, coefficient, index) => sum + coefficient / (shifted + index + 1),
    constant,
  )
  const t = shifted + 7.5
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(series)
}
