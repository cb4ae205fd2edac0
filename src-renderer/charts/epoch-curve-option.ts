/** A quantity by epoch for several groups: mean line, ± std band, single seeds faint, regularized epochs shaded. */
import type { EpochCurvePoint, Spread } from '@shared/results/comparison.ts'
import type { EpochPhase } from '@shared/results/run-summary.ts'
import { bandSeries } from './band-series.ts'
import {
  chartBase,
  phaseGround,
  tooltipRow,
  valueAxis,
  type ChartOption,
  type Interval,
} from './chart-parts.ts'
import { groupLine, type ChartTheme } from './chart-theme.ts'

/** One epoch of one group. */
export interface CurveEpoch {
  readonly epoch: number
  readonly phase: EpochPhase
  /** Over the runs in which the value is defined; null where it is in none. */
  readonly spread: Spread | null
  /** Runs that reached the epoch. */
  readonly runs: number
}

/** One group's curve. */
export interface CurveGroup {
  readonly groupId: string
  readonly label: string
  /** Place in the palette. */
  readonly slot: number
  readonly isBaseline: boolean
  /** Runs of the group, those included that have failed or not begun. */
  readonly size: number
  readonly epochs: readonly CurveEpoch[]
}

/** What the chart shows. */
export interface EpochCurveInput {
  readonly groups: readonly CurveGroup[]
  /** Name of the y axis. */
  readonly quantity: string
  /** Shows the single seeds behind the mean. */
  readonly hasSeeds: boolean
  readonly isLogarithmic: boolean
  /** Raw value to the scale of the axis. */
  readonly scale: (value: number) => number
  /** Raw value to text. */
  readonly text: (value: number | null) => string
}

/**
 * Builds the chart. A group of one run has a line and no band.
 *
 * @param input groups in the order of the table
 * @param theme the theme in force
 */
export function epochCurveOption(input: EpochCurveInput, theme: ChartTheme): ChartOption {
  const lastEpoch = Math.max(1, ...input.groups.flatMap((group) => group.epochs.map(({ epoch }) => epoch)))
  const base = chartBase(theme, false)
  return {
    ...base,
    tooltip: {
      ...(base['tooltip'] as ChartOption),
      formatter: (hits: readonly { readonly axisValue?: unknown }[]) => tooltip(input, theme, hits),
    },
    xAxis: valueAxis(theme, 'Epoch', 'x', {
      min: 0.5,
      max: lastEpoch + 0.5,
      interval: epochInterval(lastEpoch),
      axisLabel: { color: theme.muted, fontSize: 11, hideOverlap: true, formatter: wholeNumber },
    }),
    yAxis: valueAxis(theme, '', 'y', {
      type: input.isLogarithmic ? 'log' : 'value',
      scale: true,
    }),
    series: [
      phaseGround(theme, regularizedEpochs(input.groups)),
      ...input.groups.flatMap((group) => groupSeries(group, input, theme)),
    ],
  }
}

/** Labels stand on whole epochs only; the axis begins half an epoch early to give the ground its room. */
function wholeNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : ''
}

function epochInterval(lastEpoch: number): number {
  return lastEpoch <= 20 ? 0.5 : Math.ceil(lastEpoch / 20) / 2
}

/**
 * Epochs that any group trained with a regularizer, half an epoch to either side, neighbours joined.
 *
 * @param groups the groups shown
 */
export function regularizedEpochs(groups: readonly CurveGroup[]): Interval[] {
  const epochs = new Set(
    groups.flatMap((group) =>
      group.epochs.filter(({ phase }) => phase === 'regularized').map(({ epoch }) => epoch),
    ),
  )
  const intervals: { from: number; to: number }[] = []
  for (const epoch of [...epochs].sort((a, b) => a - b)) {
    const last = intervals.at(-1)
    if (last !== undefined && last.to === epoch - 0.5) last.to = epoch + 0.5
    else intervals.push({ from: epoch - 0.5, to: epoch + 0.5 })
  }
  return intervals
}

function groupSeries(group: CurveGroup, input: EpochCurveInput, theme: ChartTheme): ChartOption[] {
  const { color, dash } = groupLine(theme, group.slot)
  const shown = (value: number): number | null => {
    const scaled = input.scale(value)
    return !Number.isFinite(scaled) || (input.isLogarithmic && scaled <= 0) ? null : scaled
  }
  return [
    bandSeries(`${group.groupId} band`, color, 0.16, group.epochs, ({ epoch, spread }) => ({
      x: epoch,
      low: spread?.std == null ? null : shown(spread.mean - spread.std),
      high: spread?.std == null ? null : shown(spread.mean + spread.std),
    })),
    ...(input.hasSeeds ? seedSeries(group, color, shown) : []),
    {
      id: `${group.groupId} mean`,
      name: group.label,
      type: 'line',
      z: 4,
      // An epoch in which the value is undefined is a gap, not a straight line across it.
      data: group.epochs.map((point) => meanPoint(group, point, shown, { theme, color })),
      connectNulls: false,
      symbol: 'circle',
      lineStyle: { color, width: group.isBaseline ? 2.5 : 2, type: group.isBaseline ? 'dashed' : dash },
      itemStyle: { color },
      emphasis: { disabled: true },
    },
  ]
}

/** Markers of full means make a long line unreadable; hollow ones, of means over fewer runs than the group, always show. */
const longestMarked = 30

function meanPoint(
  group: CurveGroup,
  { epoch, spread }: CurveEpoch,
  shown: (value: number) => number | null,
  { theme, color }: { readonly theme: ChartTheme; readonly color: string },
): ChartOption {
  const value = [epoch, spread === null ? null : shown(spread.mean)]
  return isOverFewerRuns(group, spread)
    ? { value, symbolSize: 7, itemStyle: { color: theme.surface, borderColor: color, borderWidth: 1.5 } }
    : { value, symbolSize: group.epochs.length <= longestMarked ? 5 : 0 }
}

/**
 * Whether a mean leaves runs of its group out: they failed, have ended earlier, or are not that far yet.
 *
 * @param group the curve
 * @param spread one of its points
 */
export function isOverFewerRuns(group: Pick<CurveGroup, 'size'>, spread: Spread | null): boolean {
  return spread !== null && spread.n < group.size
}

/**
 * How many runs stand behind a mean: n=5, or n=2 of 5.
 *
 * @param group the curve
 * @param spread one of its points
 */
export function runsText(group: Pick<CurveGroup, 'size'>, spread: Spread): string {
  return isOverFewerRuns(group, spread) ? `n=${spread.n} of ${group.size}` : `n=${spread.n}`
}

/**
 * Single seeds: lines as long as every seed of the group is there, so that a value surely belongs to its line;
 * dots once some have ended or have no defined value, because a spread does not say which.
 */
function seedSeries(
  group: CurveGroup,
  color: string,
  shown: (value: number) => number | null,
): ChartOption[] {
  const points = group.epochs.flatMap(({ spread, ...more }) => (spread === null ? [] : [{ ...more, spread }]))
  const seeds = points[0]?.runs ?? 0
  if (seeds < 2) return []
  const firstShort = points.findIndex(({ spread }) => spread.n !== seeds)
  const complete = firstShort < 0 ? points : points.slice(0, firstShort)
  const rest = firstShort < 0 ? [] : points.slice(firstShort)
  const faint = { color, width: 1, opacity: 0.35 }
  const lines = Array.from({ length: seeds }, (_, seed) => ({
    id: `${group.groupId} seed ${seed}`,
    type: 'line',
    z: 2,
    silent: true,
    showSymbol: false,
    data: complete.map(({ epoch, spread }) => [epoch, shown(spread.values[seed] ?? Number.NaN)]),
    lineStyle: faint,
    itemStyle: { color },
  }))
  const dots = {
    id: `${group.groupId} seeds left`,
    type: 'scatter',
    z: 2,
    silent: true,
    symbolSize: 4,
    data: rest.flatMap(({ epoch, spread }) => spread.values.map((value) => [epoch, shown(value)])),
    itemStyle: { color, opacity: 0.45 },
  }
  return rest.length > 0 ? [...lines, dots] : lines
}

/** How many seeds stand behind a curve: n=3, n=3→1 when some runs ended earlier than others, n=2 of 3 when one failed. */
function seedCountText({ epochs, size }: CurveGroup): string {
  const counts = epochs.flatMap(({ spread }) => (spread === null ? [] : [spread.n]))
  const first = counts[0]
  const last = counts.at(-1)
  if (first === undefined || last === undefined) return 'no epoch yet'
  const of = first < size ? ` of ${size}` : ''
  return first === last ? `n=${first}${of}` : `n=${first}→${last}${of}`
}

/**
 * Legend text of a curve; says ± only where there is a spread.
 *
 * @param group the curve
 */
export function curveLegend(group: CurveGroup): string {
  const hasSpread = group.epochs.some(({ spread }) => spread !== null && spread.std !== null)
  if (group.epochs.every(({ spread }) => spread === null)) return 'no epoch yet'
  return `${hasSpread ? 'mean ± std' : 'single run'} (${seedCountText(group)})`
}

/**
 * Reads one quantity from a group's curve.
 *
 * @param curve the group's epochs
 * @param quantity the losses, or a metric of the task
 */
export function curveEpochs(
  curve: readonly EpochCurvePoint[],
  quantity: 'trainLoss' | 'validationLoss' | keyof EpochCurvePoint['metrics'],
): CurveEpoch[] {
  return curve.map((point) => ({
    epoch: point.epoch,
    phase: point.phase,
    runs: point.trainLoss.n,
    spread:
      quantity === 'trainLoss' || quantity === 'validationLoss'
        ? point[quantity]
        : (point.metrics[quantity] ?? null),
  }))
}

function tooltip(
  input: EpochCurveInput,
  theme: ChartTheme,
  hits: readonly { readonly axisValue?: unknown }[],
): string {
  const epoch = Math.round(Number(hits[0]?.axisValue ?? Number.NaN))
  const rows = input.groups.flatMap((group) => {
    const at = group.epochs.find((point) => point.epoch === epoch)
    if (at?.spread == null) return []
    const { mean, std } = at.spread
    const spread = std === null ? '' : ` ± ${input.text(std)}`
    const phase = at.phase === 'regularized' ? ' · regularized' : ''
    return [
      tooltipRow(
        groupLine(theme, group.slot).color,
        group.label + phase,
        `${input.text(mean)}${spread} (${runsText(group, at.spread)})`,
      ),
    ]
  })
  return rows.length === 0 ? '' : [`Epoch ${epoch} · ${input.quantity}`, ...rows].join('')
}
