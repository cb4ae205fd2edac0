/** Building blocks that every chart of the lab shares: axes, grid, tooltip, and the ground behind regularized steps. */
import type { ChartTheme } from './chart-theme.ts'

/** A plain ECharts option; builders return data, never functions of the document. */
export type ChartOption = Record<string, unknown>

/** A stretch of the x axis. */
export interface Interval {
  readonly from: number
  readonly to: number
}

/**
 * What all charts have in common: no animation, the theme's font, room for labels.
 *
 * @param theme the theme in force
 * @param hasLegend whether room at the top is kept for a legend
 */
export function chartBase(theme: ChartTheme, hasLegend: boolean): ChartOption {
  return {
    animation: false,
    textStyle: { fontFamily: theme.font, fontSize: 11, color: theme.muted },
    grid: { left: 12, right: 16, top: hasLegend ? 36 : 14, bottom: 26, containLabel: true },
    tooltip: {
      trigger: 'axis',
      confine: true,
      transitionDuration: 0,
      backgroundColor: theme.surface,
      borderColor: theme.line,
      borderWidth: 1,
      padding: [6, 10],
      textStyle: { color: theme.ink, fontSize: 12 },
      axisPointer: { lineStyle: { color: theme.muted, type: 'dashed' }, shadowStyle: { color: theme.grid } },
    },
  }
}

/**
 * A numeric axis.
 *
 * @param theme the theme in force
 * @param name what it measures; shown at its end
 * @param place `x` or `y`
 * @param more anything ECharts knows
 */
export function valueAxis(
  theme: ChartTheme,
  name: string,
  place: 'x' | 'y',
  more: ChartOption = {},
): ChartOption {
  return {
    type: 'value',
    name,
    nameLocation: place === 'x' ? 'middle' : 'end',
    nameGap: place === 'x' ? 24 : 10,
    nameTextStyle: { color: theme.muted, fontSize: 11, align: place === 'x' ? 'center' : 'left' },
    axisLine: { show: place === 'x', lineStyle: { color: theme.line } },
    axisTick: { show: false },
    axisLabel: { color: theme.muted, fontSize: 11, hideOverlap: true },
    splitLine: { show: place === 'y', lineStyle: { color: theme.grid } },
    ...more,
  }
}

/**
 * A series without a line that paints the ground behind some stretches of the x axis.
 *
 * @param theme the theme in force
 * @param intervals stretches trained with a regularizer
 */
export function phaseGround(theme: ChartTheme, intervals: readonly Interval[]): ChartOption {
  return {
    id: 'phase-ground',
    type: 'line',
    data: [],
    silent: true,
    markArea: {
      silent: true,
      itemStyle: { color: theme.phase, opacity: 0.75 },
      data: intervals.map(({ from, to }) => [{ xAxis: from }, { xAxis: to }]),
    },
  }
}

/**
 * Text for a tooltip; data can hold any characters, the tooltip is HTML.
 *
 * @param text anything
 */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/**
 * A row of a tooltip: mark, name, value.
 *
 * @param color of the mark; a plain token, never data
 * @param name what it is
 * @param value formatted
 */
export function tooltipRow(color: string, name: string, value: string): string {
  const mark = `<span style="display:inline-block;width:10px;height:3px;margin-right:6px;vertical-align:middle;background:${color}"></span>`
  return `<div style="display:flex;gap:16px;justify-content:space-between"><span>${mark}${escapeHtml(name)}</span><b style="font-variant-numeric:tabular-nums;font-weight:600">${escapeHtml(value)}</b></div>`
}
