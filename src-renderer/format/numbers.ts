/** Numbers as text: one place for decimals, signs, units and the mark of a missing value. */

/** Stands where there is no value. Never a zero. */
export const missing = '—'

const counts = new Intl.NumberFormat('en-US')

/**
 * A count with thousands separators.
 *
 * @param count any integer; null is missing
 */
export function formatCount(count: number | null | undefined): string {
  return count == null ? missing : counts.format(count)
}

/**
 * A large count with at most three digits, as model sizes are written (22.7 M).
 *
 * @param count not negative
 */
export function formatCompactCount(count: number): string {
  if (count >= 1e9) return `${(count / 1e9).toPrecision(3)} B`
  if (count >= 1e6) return `${(count / 1e6).toPrecision(3)} M`
  if (count >= 10_000) return `${(count / 1e3).toPrecision(3)} k`
  return formatCount(count)
}

/**
 * A number with fixed decimals; what is not finite is named instead of hidden.
 *
 * @param value null is missing
 * @param decimals digits behind the point
 */
export function formatFixed(value: number | null | undefined, decimals: number): string {
  if (value == null) return missing
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  return value.toFixed(decimals).replace('-', '−')
}

/**
 * A loss with four decimals, fewer when it is large.
 *
 * @param loss null is missing
 */
export function formatLoss(loss: number | null | undefined): string {
  return formatFixed(loss, loss != null && Math.abs(loss) >= 100 ? 1 : 4)
}

/**
 * A difference with its sign always written.
 *
 * @param value null is missing
 * @param decimals digits behind the point
 */
export function formatSigned(value: number | null | undefined, decimals: number): string {
  const text = formatFixed(value, decimals)
  if (value == null || Number.isNaN(value)) return text
  if (Math.abs(value) < 0.5 * 10 ** -decimals) return `±${formatFixed(0, decimals)}`
  return text.startsWith('−') ? text : `+${text}`
}

/**
 * A cost ratio such as 1.42×.
 *
 * @param ratio null is missing
 */
export function formatRatio(ratio: number | null | undefined): string {
  const text = formatFixed(ratio, 2)
  return ratio == null ? text : `${text}×`
}

/**
 * A two-sided p-value.
 *
 * @param p in [0, 1]; null is missing
 */
export function formatPValue(p: number | null | undefined): string {
  if (p == null) return missing
  return p < 0.001 ? '< 0.001' : p.toFixed(3)
}

/**
 * Milliseconds of a step.
 *
 * @param milliseconds null is missing
 */
export function formatMilliseconds(milliseconds: number | null | undefined): string {
  if (milliseconds == null) return missing
  return formatFixed(milliseconds, milliseconds >= 100 ? 0 : 1)
}

/**
 * A size on disk or in memory, in powers of 1024.
 *
 * @param bytes null is missing
 */
export function formatBytes(bytes: number | null | undefined): string {
  if (bytes == null) return missing
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${unit === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${units[unit]!}`
}

/**
 * A share as a percentage without decimals, rounded down so that 100 % means complete.
 *
 * @param done amount reached
 * @param total amount wanted; null or 0 is missing
 */
export function formatPercent(done: number, total: number | null): string {
  return total === null || total <= 0 ? missing : `${Math.floor((100 * done) / total)} %`
}

/**
 * A noun with its count, in the singular or plural.
 *
 * @param count how many
 * @param singular the noun for one
 * @param plural the noun for several; singular + s when left out
 */
export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`
}
