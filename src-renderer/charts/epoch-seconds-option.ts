/** Seconds of an epoch by part, one bar for each group and phase. */
import { epochSecondsParts, type EpochPhase, type EpochSeconds } from '@shared/results/run-summary.ts'
import { formatDuration } from '@renderer/format/durations.ts'
import { phaseLabel, secondsPartLabel } from '@renderer/format/labels.ts'
import { chartBase, escapeHtml, tooltipRow, valueAxis, type ChartOption } from './chart-parts.ts'
import type { ChartTheme, PartColor } from './chart-theme.ts'

/** Token of each part's colour; the regularizer's own parts are warm, the rest cool or grey. */
export const partColors: Readonly<Record<(typeof epochSecondsParts)[number], PartColor>> = {
  input: 'input',
  firstPass: 'first-pass',
  attribution: 'attribution',
  mask: 'mask',
  secondPass: 'second-pass',
  backward: 'backward',
  update: 'update',
  evaluation: 'evaluation',
  other: 'other',
}

/** One bar. */
export interface SecondsBar {
  readonly groupId: string
  readonly label: string
  readonly phase: EpochPhase
  readonly seconds: EpochSeconds
}

/**
 * Parts that take any time in any bar, in the order of a step.
 *
 * @param bars the bars shown
 */
export function partsOf(bars: readonly SecondsBar[]): (typeof epochSecondsParts)[number][] {
  return epochSecondsParts.filter((part) => bars.some((bar) => bar.seconds[part] > 0))
}

/**
 * Builds the chart; first bar on top.
 *
 * @param bars one for each group and phase
 * @param theme the theme in force
 */
export function epochSecondsOption(bars: readonly SecondsBar[], theme: ChartTheme): ChartOption {
  const base = chartBase(theme, false)
  return {
    ...base,
    tooltip: {
      ...(base['tooltip'] as ChartOption),
      axisPointer: { type: 'shadow', shadowStyle: { color: theme.grid, opacity: 0.6 } },
      formatter: (hits: readonly { readonly dataIndex: number }[]) => tooltip(bars, theme, hits),
    },
    xAxis: valueAxis(theme, 'Seconds of an epoch', 'x', {
      splitLine: { show: true, lineStyle: { color: theme.grid } },
    }),
    yAxis: {
      type: 'category',
      inverse: true,
      data: bars.map((bar) => `${bar.label}\n${phaseLabel(bar.phase).toLowerCase()}`),
      axisLine: { lineStyle: { color: theme.line } },
      axisTick: { show: false },
      axisLabel: { color: theme.ink, fontSize: 11, lineHeight: 14, width: 220, overflow: 'truncate' },
    },
    series: partsOf(bars).map((part) => ({
      id: part,
      name: secondsPartLabel(part),
      type: 'bar',
      stack: 'seconds',
      barMaxWidth: 22,
      data: bars.map((bar) => bar.seconds[part]),
      itemStyle: { color: theme.parts[partColors[part]], borderColor: theme.surface, borderWidth: 1 },
      emphasis: { disabled: true },
    })),
  }
}

function tooltip(
  bars: readonly SecondsBar[],
  theme: ChartTheme,
  hits: readonly { readonly dataIndex: number }[],
): string {
  const bar = bars[hits[0]?.dataIndex ?? -1]
  if (bar === undefined) return ''
  return [
    `${escapeHtml(bar.label)} · ${phaseLabel(bar.phase)}`,
    ...partsOf([bar]).map((part) =>
      tooltipRow(theme.parts[partColors[part]], secondsPartLabel(part), formatDuration(bar.seconds[part])),
    ),
    tooltipRow(theme.ink, 'Total', formatDuration(bar.seconds.total)),
  ].join('')
}
