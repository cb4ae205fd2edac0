/** What a chart shows in a sentence or two, for people who do not see it. */
import type { StepPoint } from '@shared/contracts/lab-contract.ts'
import { formatDuration } from '@renderer/format/durations.ts'
import { phaseLabel } from '@renderer/format/labels.ts'
import { countOf, formatCount, formatLoss } from '@renderer/format/numbers.ts'
import { curveLegend, type EpochCurveInput } from './epoch-curve-option.ts'
import type { SecondsBar } from './epoch-seconds-option.ts'

/**
 * Summary of a chart of curves by epoch.
 *
 * @param input what the chart shows
 */
export function epochCurveSummary(input: EpochCurveInput): string {
  const sentences = input.groups.map((group) => {
    const points = group.epochs.flatMap(({ epoch, spread }) =>
      spread === null ? [] : [{ epoch, mean: spread.mean }],
    )
    const first = points[0]
    const last = points.at(-1)
    if (first === undefined || last === undefined) return `${group.label}: no finished epoch.`
    const end = last.epoch === first.epoch ? '' : `, ${input.text(last.mean)} at epoch ${last.epoch}`
    return `${group.label}, ${curveLegend(group)}: ${input.text(first.mean)} at epoch ${first.epoch}${end}.`
  })
  return [`${input.quantity} by epoch, ${countOf(input.groups.length, 'group')}.`, ...sentences].join(' ')
}

/**
 * Summary of a chart of the loss by step.
 *
 * @param points in ascending order of steps
 */
export function stepLossSummary(points: readonly StepPoint[]): string {
  const first = points[0]
  const last = points.at(-1)
  if (first === undefined || last === undefined) return 'Training loss by step: no step yet.'
  const broken = notFinite(points)
  return [
    `Training loss by step: ${formatLoss(first.loss)} at step ${formatCount(first.step)},`,
    `${formatLoss(last.loss)} at step ${formatCount(last.step)}.`,
    ...(broken > 0 ? [`${countOf(broken, 'value')} not finite.`] : []),
  ].join(' ')
}

/**
 * How many points have no finite loss.
 *
 * @param points any points
 */
export function notFinite(points: readonly StepPoint[]): number {
  return points.filter((point) => !Number.isFinite(point.loss)).length
}

/**
 * Summary of the bars of an epoch's seconds.
 *
 * @param bars one for each group and phase
 */
export function epochSecondsSummary(bars: readonly SecondsBar[]): string {
  if (bars.length === 0) return 'Seconds of an epoch by part: no finished epoch.'
  const texts = bars.map(
    (bar) => `${bar.label}, ${phaseLabel(bar.phase).toLowerCase()}: ${formatDuration(bar.seconds.total)}`,
  )
  return `Seconds of an epoch by part. ${texts.join('; ')}.`
}
