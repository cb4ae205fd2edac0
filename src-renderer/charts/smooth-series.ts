/** Exponential smoothing of a series whose points may lie unevenly. */

/** A point of a series; a value that is not finite counts as missing. */
export interface SeriesPoint {
  readonly step: number
  readonly value: number
}

/**
 * De-biased exponential moving average whose weight adapts to the distance between points, so that two runs
 * logged at different intervals are smoothed alike. A constant series stays exactly constant.
 *
 * @equation  d = weight^(Δstep / median Δstep);  n ← n·d + 1;  s ← s + (value − s) / n
 * @param points in ascending order of steps
 * @param weight in [0, 1); 0 changes nothing
 * @returns one value per point; null where the point's value is missing. Two points or fewer are not smoothed.
 */
export function smoothSeries(points: readonly SeriesPoint[], weight: number): (number | null)[] {
  const raw = points.map((point) => (Number.isFinite(point.value) ? point.value : null))
  if (weight <= 0 || raw.filter((value) => value !== null).length <= 2) return raw
  const spacing = medianSpacing(points)
  let mass = 0
  let smoothed = 0
  let lastStep = points[0]!.step
  return points.map((point, index) => {
    const value = raw[index] ?? null
    if (value === null) return null
    mass = mass * weight ** ((point.step - lastStep) / spacing) + 1
    smoothed += (value - smoothed) / mass
    lastStep = point.step
    return smoothed
  })
}

function medianSpacing(points: readonly SeriesPoint[]): number {
  const gaps = points
    .slice(1)
    .map((point, index) => point.step - points[index]!.step)
    .sort((a, b) => a - b)
  return Math.max(gaps[Math.floor(gaps.length / 2)] ?? 1, Number.EPSILON)
}
