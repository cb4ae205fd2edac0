/** Training loss by step of one run: raw trace, its extremes, a smoothed line, regularized stretches shaded. */
import type { StepPoint } from '@shared/contracts/lab-contract.ts'
import { formatCount, formatLoss } from '@renderer/format/numbers.ts'
import { phaseLabel } from '@renderer/format/labels.ts'
import { bandSeries } from './band-series.ts'
import {
  chartBase,
  phaseGround,
  tooltipRow,
  valueAxis,
  type ChartOption,
  type Interval,
} from './chart-parts.ts'
import type { ChartTheme } from './chart-theme.ts'
import { smoothSeries } from './smooth-series.ts'

/** What the chart shows. */
export interface StepLossInput {
  readonly points: readonly StepPoint[]
  /** In [0, 1). */
  readonly smoothing: number
  readonly isLogarithmic: boolean
}

/**
 * Builds the chart.
 *
 * @param input points in ascending order of steps
 * @param theme the theme in force
 */
export function stepLossOption(input: StepLossInput, theme: ChartTheme): ChartOption {
  const { points, smoothing, isLogarithmic } = input
  const shown = (value: number | null): number | null =>
    value === null || !Number.isFinite(value) || (isLogarithmic && value <= 0) ? null : value
  const smoothed = smoothSeries(
    points.map((point) => ({ step: point.step, value: point.loss })),
    smoothing,
  )
  const hasExtremes = points.some((point) => point.max > point.min)
  return {
    ...chartBase(theme, false),
    tooltip: {
      ...(chartBase(theme, false)['tooltip'] as ChartOption),
      formatter: (hits: readonly { readonly dataIndex: number }[]) => tooltip(points, smoothed, hits, theme),
    },
    xAxis: valueAxis(theme, 'Step', 'x', { min: points[0]?.step ?? 0, max: points.at(-1)?.step ?? 1 }),
    yAxis: valueAxis(theme, '', 'y', { type: isLogarithmic ? 'log' : 'value', scale: true }),
    series: [
      phaseGround(theme, regularizedSteps(points)),
      ...(hasExtremes
        ? [
            bandSeries('extremes', theme.accent, 0.14, points, (point) => ({
              x: point.step,
              low: shown(point.min),
              high: shown(point.max),
            })),
          ]
        : []),
      line('raw', { color: theme.accent, opacity: smoothing > 0 ? 0.32 : 1, width: 1 }, points, (point) =>
        shown(point.loss),
      ),
      ...(smoothing > 0
        ? [
            line('smoothed', { color: theme.accent, opacity: 1, width: 2 }, points, (_point, index) =>
              shown(smoothed[index] ?? null),
            ),
          ]
        : []),
    ],
  }
}

interface LineLook {
  readonly color: string
  readonly opacity: number
  readonly width: number
}

function line(
  id: string,
  look: LineLook,
  points: readonly StepPoint[],
  value: (point: StepPoint, index: number) => number | null,
): ChartOption {
  return {
    id,
    type: 'line',
    data: points.map((point, index) => [point.step, value(point, index)]),
    showSymbol: points.length === 1,
    connectNulls: false,
    silent: true,
    lineStyle: look,
    itemStyle: { color: look.color, opacity: look.opacity },
  }
}

/**
 * Stretches of consecutive regularized steps; each ends where the next point begins.
 *
 * @param points in ascending order of steps
 */
export function regularizedSteps(points: readonly StepPoint[]): Interval[] {
  const intervals: Interval[] = []
  let from: number | null = null
  points.forEach((point, index) => {
    if (point.phase === 'regularized') from ??= point.step
    const next = points[index + 1]
    if (from !== null && (next === undefined || next.phase !== 'regularized')) {
      intervals.push({ from, to: next?.step ?? point.step })
      from = null
    }
  })
  return intervals
}

function tooltip(
  points: readonly StepPoint[],
  smoothed: readonly (number | null)[],
  hits: readonly { readonly dataIndex: number }[],
  theme: ChartTheme,
): string {
  const index = hits[0]?.dataIndex ?? -1
  const point = points[index]
  if (point === undefined) return ''
  return [
    `Step ${formatCount(point.step)} · epoch ${point.epoch} · ${phaseLabel(point.phase)}`,
    tooltipRow(theme.accent, 'Loss', formatLoss(point.loss)),
    tooltipRow(theme.accent, 'Smoothed', formatLoss(smoothed[index])),
    ...(point.max > point.min
      ? [tooltipRow(theme.muted, 'Lowest – highest', `${formatLoss(point.min)} – ${formatLoss(point.max)}`)]
      : []),
  ].join('')
}
