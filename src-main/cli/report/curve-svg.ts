/** Curves per epoch as an SVG picture: mean lines with ± one standard deviation, AD-DROP epochs shaded. */
import { escapeHtml } from './html-text.ts'

/** One group's curve. */
export interface SvgCurve {
  readonly label: string
  readonly points: readonly {
    readonly epoch: number
    readonly mean: number
    /** Null with one run. */
    readonly std: number | null
    /** How many runs the mean is over, such as `n = 2 of 5`. */
    readonly runs: string
    /** Whether these are fewer than the group has: its dot is hollow. */
    readonly isOverFewerRuns: boolean
  }[]
}

const size = { width: 560, height: 300 }
const margin = { left: 56, right: 16, top: 12, bottom: 40 }
const inner = {
  width: size.width - margin.left - margin.right,
  height: size.height - margin.top - margin.bottom,
}
/** Dashes tell curves apart where colours do not. */
const dashes = ['', '7 4', '2 4', '10 3 2 3', '1 3', '12 4']

/** How many colours there are. */
export const seriesCount = 6

/**
 * The dashes of a curve. Where colours come again, they come with other dashes.
 *
 * @param index place of the curve
 * @returns a value of `stroke-dasharray`
 */
export function curveDash(index: number): string {
  return dashes[(index + Math.floor(index / seriesCount)) % dashes.length] ?? ''
}

/** Round numbers that cover a range, four to eight of them, all with the same decimals. */
function axisTicks(min: number, max: number): { readonly value: number; readonly label: string }[] {
  const rough = (max - min) / 7
  const power = 10 ** Math.floor(Math.log10(rough))
  const factor = [1, 2, 5, 10].find((known) => known * power >= rough) ?? 10
  const step = factor * power
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9))
  const first = Math.ceil(min / step - 1e-9)
  const count = Math.floor(max / step + 1e-9) - first + 1
  return Array.from({ length: count }, (_, index) => {
    const value = (first + index) * step
    return { value, label: value.toFixed(digits) }
  })
}

/**
 * A chart of curves, readable in light and dark (its colours are the CSS variables `--series-1` … `--series-6`).
 *
 * @param title what is drawn, for readers who do not see the picture
 * @param curves one for each group
 * @param regularizedEpochs epochs to shade
 * @returns one `<svg>` element; '' when there is no finite point
 */
export function curveSvg(
  title: string,
  curves: readonly SvgCurve[],
  regularizedEpochs: ReadonlySet<number>,
): string {
  const points = curves.flatMap((curve) => curve.points).filter((point) => Number.isFinite(point.mean))
  if (points.length === 0) return ''
  const lastEpoch = Math.max(...points.map((point) => point.epoch))
  const low = Math.min(...points.map((point) => point.mean - (point.std ?? 0)))
  const high = Math.max(...points.map((point) => point.mean + (point.std ?? 0)))
  const padding = high === low ? Math.max(Math.abs(high) * 0.1, 0.01) : (high - low) * 0.06
  const [min, max] = [low - padding, high + padding]

  const x = (epoch: number): number => margin.left + ((epoch - 0.5) / lastEpoch) * inner.width
  const y = (value: number): number => margin.top + ((max - value) / (max - min)) * inner.height
  const at = (epoch: number, value: number): string => `${x(epoch).toFixed(1)},${y(value).toFixed(1)}`

  const shades = [...regularizedEpochs]
    .filter((epoch) => epoch <= lastEpoch)
    .map(
      (epoch) =>
        `<rect class="shade" x="${x(epoch - 0.5).toFixed(1)}" y="${margin.top}" width="${(inner.width / lastEpoch).toFixed(1)}" height="${inner.height}"/>`,
    )
  const horizontals = axisTicks(min, max).map(
    ({ value, label }) =>
      `<line class="grid" x1="${margin.left}" x2="${margin.left + inner.width}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}"/>` +
      `<text class="tick" x="${margin.left - 8}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${label}</text>`,
  )
  const stride = Math.ceil(lastEpoch / 20)
  const epochLabels = Array.from({ length: lastEpoch }, (_, index) => index + 1)
    .filter((epoch) => (epoch - 1) % stride === 0)
    .map(
      (epoch) =>
        `<text class="tick" x="${x(epoch).toFixed(1)}" y="${margin.top + inner.height + 18}" text-anchor="middle">${epoch}</text>`,
    )
  const lines = curves.map((curve, index) => {
    const finite = curve.points.filter((point) => Number.isFinite(point.mean))
    const series = (index % seriesCount) + 1
    const dash = curveDash(index)
    const spread = finite.filter((point) => point.std !== null)
    const band = [
      ...spread.map((point) => at(point.epoch, point.mean + (point.std ?? 0))),
      ...[...spread].reverse().map((point) => at(point.epoch, point.mean - (point.std ?? 0))),
    ]
    return (
      (spread.length > 1 ? `<polygon class="band series-${series}" points="${band.join(' ')}"/>` : '') +
      `<polyline class="line series-${series}" stroke-dasharray="${dash}" points="${finite.map((point) => at(point.epoch, point.mean)).join(' ')}"/>` +
      finite
        .map(
          (point) =>
            `<circle class="${point.isOverFewerRuns ? 'hollow' : 'dot'} series-${series}" cx="${x(point.epoch).toFixed(1)}" cy="${y(point.mean).toFixed(1)}" r="3"><title>${escapeHtml(`${curve.label}, epoch ${point.epoch}: ${point.mean.toFixed(4)}${point.std === null ? '' : ` ± ${point.std.toFixed(4)}`} (${point.runs})`)}</title></circle>`,
        )
        .join('')
    )
  })
  return [
    `<svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${escapeHtml(title)}">`,
    ...shades,
    ...horizontals,
    ...epochLabels,
    `<text class="tick" x="${margin.left + inner.width / 2}" y="${size.height - 4}" text-anchor="middle">Epoch</text>`,
    ...lines,
    '</svg>',
  ].join('\n')
}
