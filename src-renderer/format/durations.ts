/** Durations as text, as coarse as their length allows. */
import { missing } from './numbers.ts'

/**
 * A duration such as 42 s, 3 min 20 s or 1 h 12 min.
 *
 * @param seconds not negative; null is missing
 */
export function formatDuration(seconds: number | null | undefined): string {
  if (seconds == null || !Number.isFinite(seconds)) return missing
  if (seconds < 1) return seconds === 0 ? '0 s' : `${seconds.toFixed(2)} s`
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return joined(Math.floor(whole / 60), 'min', whole % 60, 's', whole >= 600)
  const minutes = Math.round(seconds / 60)
  if (minutes < 1440) return joined(Math.floor(minutes / 60), 'h', minutes % 60, 'min', minutes >= 600)
  const hours = Math.round(seconds / 3600)
  return joined(Math.floor(hours / 24), 'd', hours % 24, 'h', hours >= 240)
}

function joined(large: number, largeUnit: string, small: number, smallUnit: string, coarse: boolean): string {
  return coarse || small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
}

/**
 * A range of durations such as 12–15 min; both ends in the unit that fits the longer one.
 *
 * @param range shortest and longest seconds; null is missing
 */
export function formatDurationRange(range: readonly [number, number] | null | undefined): string {
  if (range == null) return missing
  const [shortest, longest] = range
  if (longest >= 36_000) return sameUnit(shortest, longest, 3600, 'h')
  if (longest >= 3600)
    return dashed(formatDuration(floorTo(shortest, 60)), formatDuration(ceilTo(longest, 60)))
  if (longest >= 90) return sameUnit(shortest, longest, 60, 'min')
  return sameUnit(shortest, longest, 1, 's')
}

function sameUnit(shortest: number, longest: number, unitSeconds: number, unit: string): string {
  const low = Math.floor(shortest / unitSeconds)
  const high = Math.ceil(longest / unitSeconds)
  return low === high ? `${high} ${unit}` : `${low}–${high} ${unit}`
}

function dashed(low: string, high: string): string {
  return low === high ? low : `${low} – ${high}`
}

const floorTo = (value: number, unit: number): number => Math.floor(value / unit) * unit
const ceilTo = (value: number, unit: number): number => Math.ceil(value / unit) * unit
