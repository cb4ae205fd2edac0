/** Which curves a comparison is shown with: training loss, validation loss, headline metric. */
import type { Comparison, ComparisonGroup, EpochCurvePoint, Spread } from '@shared/results/comparison.ts'
import { differingObjectives } from '@shared/results/training-objectives.ts'
import { metrics } from '@shared/tasks/metric.ts'

/** One chart: a quantity over the epochs, for every group. */
export interface ComparisonChart {
  readonly title: string
  /** What keeps the curves from being compared; null where nothing does. */
  readonly caution: string | null
  /** Decimals of its values. */
  readonly digits: number
  readonly curves: readonly {
    readonly group: ComparisonGroup
    readonly points: readonly { readonly epoch: number; readonly spread: Spread }[]
  }[]
}

function curvesOf(
  comparison: Comparison,
  value: (point: EpochCurvePoint, group: ComparisonGroup) => Spread | undefined,
): ComparisonChart['curves'] {
  return comparison.groups.map((group) => ({
    group,
    points: group.curve.flatMap((point) => {
      const spread = value(point, group)
      return spread === undefined ? [] : [{ epoch: point.epoch, spread }]
    }),
  }))
}

/**
 * The charts of a comparison; the headline metric's is left out when the groups have different ones.
 *
 * @param comparison groups with their curves
 */
export function comparisonCharts(comparison: Comparison): ComparisonChart[] {
  const metricIds = [...new Set(comparison.groups.map((group) => group.metric))]
  const charts: ComparisonChart[] = [
    {
      title: 'Training loss',
      caution: differingObjectives(comparison.groups)?.summary ?? null,
      digits: 3,
      curves: curvesOf(comparison, (point) => point.trainLoss),
    },
    {
      title: 'Validation loss',
      caution: null,
      digits: 3,
      curves: curvesOf(comparison, (point) => point.validationLoss),
    },
  ]
  const [metric] = metricIds
  if (metric !== undefined && metricIds.length === 1)
    charts.push({
      title: `Validation ${metrics[metric].label}`,
      caution: null,
      digits: 3,
      curves: curvesOf(comparison, (point) => point.metrics[metric]),
    })
  return charts
}
