/** Durations and sizes as a person reads them in a terminal. */

/**
 * `45 s`, `12 min`, `1 h 5 min`.
 *
 * @param seconds not negative
 */
export function formatDuration(seconds: number): string {
  if (seconds < 99.5) return `${seconds < 9.95 ? seconds.toFixed(1) : Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/**
 * A range of durations, `12 min to 15 min`; one value when both read alike.
 *
 * @param range low and high, seconds
 */
export function formatDurationRange(range: readonly [number, number]): string {
  const [low, high] = [formatDuration(range[0]), formatDuration(range[1])]
  return low === high ? low : `${low} to ${high}`
}

/**
 * Bytes in binary units, `1.5 GiB`.
 *
 * @param bytes not negative
 */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  const value = bytes / 1024 ** power
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power] ?? 'B'}`
}
