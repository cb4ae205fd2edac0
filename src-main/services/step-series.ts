/** A run's training loss, step by step, in at most N buckets that keep their extremes. */
import type { StepPoint } from '@shared/contracts/lab-contract.ts'
import type { RunEvent, StepEvent } from '@shared/results/run-event.ts'

/**
 * The steps of a run, each once: a step that was repeated after a resume counts with its last record.
 *
 * @param events the run's log, in order
 * @returns by step number, ascending
 */
export function stepsOf(events: readonly RunEvent[]): StepEvent[] {
  const byStep = new Map<number, StepEvent>()
  for (const event of events) if (event.type === 'step') byStep.set(event.step, event)
  return [...byStep.values()].sort((a, b) => a.step - b.step)
}

/**
 * Buckets of steps for a chart. A bucket never spans two epochs, so a change of phase stays where it happened.
 *
 * @param steps ascending
 * @param numBuckets aim; up to one more for each epoch
 * @returns mean loss with minimum and maximum at the bucket's last step; losses that are not finite are left to the extremes
 */
export function bucketSteps(steps: readonly StepEvent[], numBuckets: number): StepPoint[] {
  const size = Math.max(1, Math.ceil(steps.length / numBuckets))
  const points: StepPoint[] = []
  let start = 0
  while (start < steps.length) {
    const first = steps[start]!
    let end = start
    let sum = 0
    let min = Infinity
    let max = -Infinity
    while (end < steps.length && end - start < size && steps[end]!.epoch === first.epoch) {
      const loss = steps[end]!.loss
      sum += loss
      min = Math.min(min, loss)
      max = Math.max(max, loss)
      end += 1
    }
    const last = steps[end - 1]!
    points.push({ step: last.step, epoch: last.epoch, phase: last.phase, loss: sum / (end - start), min, max })
    start = end
  }
  return points
}
