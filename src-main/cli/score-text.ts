/** Scores with their spread as the literature writes them. */
import type { Spread } from '@shared/results/comparison.ts'
import { printedScore } from '@shared/results/comparison-columns.ts'
import type { MetricId } from '@shared/tasks/metric.ts'

/** Stands where there is no value. Never a zero. */
export const missing = '—'

/**
 * One value of a metric: fractions ×100 with one decimal, losses with four.
 *
 * @param metric which metric
 * @param value raw value; null = undefined or missing
 */
export function formatScore(metric: MetricId, value: number | null | undefined): string {
  return value == null ? missing : printedScore(metric, value)
}

/**
 * Mean ± sample standard deviation; a dash where there is nothing, no ± where there is one run.
 *
 * @param metric which metric
 * @param spread over the runs of a group
 */
export function formatSpread(metric: MetricId, spread: Spread | null): string {
  if (spread === null) return missing
  const mean = formatScore(metric, spread.mean)
  return spread.std === null ? mean : `${mean} ± ${formatScore(metric, spread.std)}`
}

/**
 * A factor, `×1.78`; a dash where there is none.
 *
 * @param factor ratio of two times
 */
export function formatFactor(factor: number | null): string {
  return factor === null ? missing : `×${factor.toFixed(2)}`
}
