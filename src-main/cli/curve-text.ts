/** Curves per epoch as a small chart of characters, for a terminal. */
import type { EpochCurvePoint } from '@shared/results/comparison.ts'

/** One line of the chart. */
export interface TextCurve {
  readonly label: string
  /** A single character that marks its points. */
  readonly mark: string
  readonly points: readonly { readonly epoch: number; readonly value: number }[]
}

const rows = 10
const columnsPerEpoch = 6

/**
 * A chart with the epochs along the bottom; epochs of which a curve trained AD-DROP are marked under the axis.
 *
 * @param title what is drawn
 * @param curves at most a handful; where two meet, `*` is drawn
 * @param regularizedEpochs epochs to mark
 * @param digits decimals of the axis labels
 * @returns lines, without a newline at the end; '' when there is no point
 */
export function curveText(
  title: string,
  curves: readonly TextCurve[],
  regularizedEpochs: ReadonlySet<number>,
  digits: number,
): string {
  const values = curves.flatMap((curve) => curve.points.map((point) => point.value)).filter(Number.isFinite)
  const lastEpoch = Math.max(0, ...curves.flatMap((curve) => curve.points.map((point) => point.epoch)))
  if (values.length === 0) return ''
  const min = Math.min(...values)
  const max = Math.max(...values)
  const span = max - min === 0 ? 1 : max - min

  const grid = Array.from({ length: rows }, () => Array<string>(lastEpoch * columnsPerEpoch).fill(' '))
  const rowOf = (value: number): number => Math.round(((max - value) / span) * (rows - 1))
  const put = (row: number, column: number, mark: string): void => {
    const line = grid[row]
    if (line !== undefined) line[column] = line[column] === ' ' || line[column] === '·' ? mark : '*'
  }
  for (const curve of curves) {
    for (const [index, point] of curve.points.entries()) {
      const column = (point.epoch - 1) * columnsPerEpoch + 2
      put(rowOf(point.value), column, curve.mark)
      const next = curve.points[index + 1]
      if (next === undefined || next.epoch !== point.epoch + 1) continue
      for (let offset = 1; offset < columnsPerEpoch; offset += 1) {
        const line = grid[rowOf(point.value + ((next.value - point.value) * offset) / columnsPerEpoch)]
        if (line !== undefined && line[column + offset] === ' ') line[column + offset] = '·'
      }
    }
  }

  const labels = grid.map((_, row) =>
    row === 0 || row === rows - 1 || row === Math.floor(rows / 2)
      ? (max - (span * row) / (rows - 1)).toFixed(digits)
      : '',
  )
  const labelWidth = Math.max(...labels.map((label) => label.length))
  const axis = Array.from({ length: lastEpoch }, (_, index) => {
    const name = `${index + 1}${regularizedEpochs.has(index + 1) ? 'R' : ''}`
    return `  ${name}`.padEnd(columnsPerEpoch)
  })
  return [
    `${title}   ${curves.map((curve) => `${curve.mark} ${curve.label}`).join('   ')}`,
    ...grid.map((line, row) => `${(labels[row] ?? '').padStart(labelWidth)} │${line.join('').trimEnd()}`),
    `${' '.repeat(labelWidth)} └${'─'.repeat(lastEpoch * columnsPerEpoch)}`,
    `${' '.repeat(labelWidth)}  ${axis.join('').trimEnd()}  epoch${regularizedEpochs.size > 0 ? ' (R: regularized epoch)' : ''}`,
  ].join('\n')
}

/**
 * Epochs in which any of the curves trained the regularized objective.
 *
 * @param curves a group's epochs
 */
export function regularizedEpochsOf(curves: readonly (readonly EpochCurvePoint[])[]): Set<number> {
  return new Set(
    curves.flatMap((curve) =>
      curve.filter((point) => point.phase === 'regularized').map((point) => point.epoch),
    ),
  )
}
