/** Median time of a run's steps, by phase. */
import type { StepEvent } from '@shared/results/run-event.ts'
import type { EpochPhase, StepMilliseconds } from '@shared/results/run-summary.ts'

/** Steps at the start of an epoch that do not count as warm: buffers grow, caches fill. */
const coldSteps = 2

/** A step as the event log has it. */
export type TimedStep = Pick<
  StepEvent,
  'epoch' | 'phase' | 'examples' | 'tokens' | 'paddedTokens' | 'seconds'
>

/**
 * Median milliseconds of a warm step by phase. Neither an epoch's first steps are warm, nor the first of a batch length in
 * its phase, which compiles.
 *
 * @param steps every step so far, in order
 */
export function medianStepMs(steps: readonly TimedStep[]): StepMilliseconds {
  return { fineTuning: medianOfPhase(steps, 'fine-tuning'), regularized: medianOfPhase(steps, 'regularized') }
}

function medianOfPhase(steps: readonly TimedStep[], phase: EpochPhase): number | null {
  const warm: number[] = []
  const seenLengths = new Set<number>()
  let epoch = 0
  let place = 0
  for (const step of steps) {
    place = step.epoch === epoch ? place + 1 : 1
    epoch = step.epoch
    if (step.phase !== phase) continue
    const length = (step.tokens + step.paddedTokens) / step.examples
    if (place > coldSteps && seenLengths.has(length)) warm.push(step.seconds * 1000)
    seenLengths.add(length)
  }
  return warm.length === 0 ? null : median(warm)
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
