/** A run's training loss, step by step, in as many points as a chart can show, computed over every step. */
import { readLines } from '@main/platform/read-lines.ts'
import { statIfPresent } from '@main/platform/stat-if-present.ts'
import type { StepPoint } from '@shared/contracts/lab-contract.ts'
import type { StepEvent } from '@shared/results/run-event.ts'
import { parseEventLine } from './event-log.ts'
import type { RunFolder } from './run-folder.ts'

type LoggedStep = Pick<StepEvent, 'step' | 'epoch' | 'phase' | 'loss'>

/**
 * Reads a run's steps without blocking the process and gathers them into points.
 *
 * @param folder the run
 * @param buckets points at most, one or more
 * @failure file-unreadable
 */
export async function readStepSeries(
  folder: Pick<RunFolder, 'eventsPath'>,
  buckets: number,
): Promise<StepPoint[]> {
  return bucketSteps(await readSteps(folder.eventsPath), buckets)
}

/**
 * Gathers steps into points of equally many steps: the last loss, and the least and greatest of all of them, so that no
 * spike is lost. A loss that is not finite shows as the point's loss only when it is the last, and never as an extreme
 * unless there is nothing else.
 *
 * @param steps ascending
 * @param buckets points at most, one or more
 */
export function bucketSteps(steps: readonly LoggedStep[], buckets: number): StepPoint[] {
  const size = Math.max(1, Math.ceil(steps.length / buckets))
  return Array.from({ length: Math.ceil(steps.length / size) }, (_, bucket) => {
    const members = steps.slice(bucket * size, (bucket + 1) * size)
    const last = members.at(-1)!
    const finite = members.map(({ loss }) => loss).filter(Number.isFinite)
    return {
      step: last.step,
      epoch: last.epoch,
      phase: last.phase,
      loss: last.loss,
      min: finite.reduce((least, loss) => Math.min(least, loss), finite[0] ?? last.loss),
      max: finite.reduce((most, loss) => Math.max(most, loss), finite[0] ?? last.loss),
    }
  })
}

/** A step that was repeated after a resume is counted once, as it was computed last. */
async function readSteps(eventsPath: string): Promise<LoggedStep[]> {
  const steps = new Map<number, LoggedStep>()
  if (statIfPresent(eventsPath) === null) return []
  for await (const line of readLines(eventsPath)) {
    // Most lines are steps; the text is looked at first so that the others need not be parsed.
    const event = line.includes('"step"') ? parseEventLine(line) : null
    if (event?.type !== 'step') continue
    const { step, epoch, phase, loss } = event
    steps.set(step, { step, epoch, phase, loss })
  }
  return [...steps.values()].sort((left, right) => left.step - right.step)
}
