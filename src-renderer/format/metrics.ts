/** Metric values as text, by the registry: direction, decimals and heading are never decided in a view. */
import type { Spread } from '@shared/results/comparison.ts'
import { metrics, type Metric, type MetricId } from '@shared/tasks/metric.ts'
import { formatFixed, formatSigned, missing } from './numbers.ts'

const decimals: Readonly<Record<Metric['format'], number>> = { percent: 1, plain: 4 }

/**
 * A raw metric value on the scale in which it is shown (fractions ×100 where the literature does so).
 *
 * @param id the metric
 * @param value raw value
 */
export function toShownScale(id: MetricId, value: number): number {
  return metrics[id].format === 'percent' ? value * 100 : value
}

/**
 * A raw metric value as text.
 *
 * @param id the metric
 * @param value raw value; null is missing
 */
export function formatMetric(id: MetricId, value: number | null | undefined): string {
  return value == null ? missing : formatFixed(toShownScale(id, value), decimals[metrics[id].format])
}

/**
 * A difference of two raw values as signed text.
 *
 * @param id the metric
 * @param difference raw difference; null is missing
 */
export function formatMetricDifference(id: MetricId, difference: number | null | undefined): string {
  return difference == null
    ? missing
    : formatSigned(toShownScale(id, difference), decimals[metrics[id].format])
}

/**
 * Mean ± sample standard deviation; the mean alone when there is no spread to speak of (n = 1).
 *
 * @param id the metric
 * @param spread null is missing
 */
export function formatSpread(id: MetricId, spread: Spread | null | undefined): string {
  if (spread == null) return missing
  const mean = formatMetric(id, spread.mean)
  return spread.std === null ? mean : `${mean} ± ${formatMetric(id, spread.std)}`
}

/**
 * Heading of a column with values of a metric; says when they are multiplied.
 *
 * @param id the metric
 */
export function metricHeading(id: MetricId): string {
  return metrics[id].format === 'percent' ? `${metrics[id].label} ×100` : metrics[id].label
}

/**
 * Whether a difference is an improvement, by the metric's direction; null when there is none.
 *
 * @param id the metric
 * @param difference raw difference
 */
export function isImprovement(id: MetricId, difference: number): boolean | null {
  if (Number(formatFixed(toShownScale(id, difference), decimals[metrics[id].format]).replace('−', '-')) === 0)
    return null
  return metrics[id].direction === 'higher' ? difference > 0 : difference < 0
}
