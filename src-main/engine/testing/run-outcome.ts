/** What came of a run, without what never comes out alike: moments and durations. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunFolder } from '@main/storage/run-folder.ts'
import type { EpochSummary } from '@shared/results/run-summary.ts'

const untimed = ({ seconds, ...results }: EpochSummary): unknown => ({
  ...results,
  parts: Object.keys(seconds),
})

/** What came of a run, as plain data. */
export interface RunOutcome extends Readonly<Record<string, unknown>> {
  /** Step and digests of each checkpoint that is kept. */
  readonly checkpoints: readonly unknown[]
}

/**
 * Everything that must be the same, bit for bit, however often a run was interrupted.
 *
 * @param folder a run that has ended
 */
export function runOutcome(folder: RunFolder): RunOutcome {
  const { status, best, epochs, failure, config } = folder.read()
  const steps = folder.readEvents().flatMap((event) => (event.type === 'step' ? [event] : []))
  const kept = folder.checkpointSteps()
  const digest = (step: number, file: string): string | null => {
    const path = join(folder.checkpointFolder(step), file)
    return existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : null
  }
  return {
    status,
    best,
    failure,
    config,
    epochs: epochs.map(untimed),
    steps: steps
      .map(({ step, epoch, phase, loss, learningRate, tokens }) => [
        step,
        epoch,
        phase,
        loss,
        learningRate,
        tokens,
      ])
      .sort((left, right) => Number(left[0]) - Number(right[0])),
    checkpoints: kept.map((step) => [
      step,
      ...['model.safetensors', 'optimizer.safetensors', 'method.safetensors'].map((file) =>
        digest(step, file),
      ),
    ]),
  }
}

/**
 * Where a run's record and log contradict each other, in sentences; empty when they agree.
 *
 * @param folder a run that has ended
 */
export function contradictions(folder: RunFolder): string[] {
  const record = folder.read()
  const { events, damagedLines } = folder.readEventLog()
  const evaluations = new Map<number, EpochSummary>()
  const steps: number[] = []
  let end: string | null = null
  for (const event of events) {
    if (event.type === 'evaluation') evaluations.set(event.summary.epoch, event.summary)
    if (event.type === 'step') steps.push(event.step)
    if (event.type === 'run-ended') end = event.status
  }
  const found: string[] = []
  if (damagedLines.length > 0) found.push(`the log has damaged lines: ${damagedLines.join(', ')}`)
  if (new Set(steps).size !== steps.length) found.push('the log has a step twice')
  const logged = [...evaluations.values()]
  if (JSON.stringify(logged) !== JSON.stringify(record.epochs))
    found.push(`the log has evaluations of ${logged.length} epochs, run.json has others`)
  if (end !== record.status) found.push(`the log ends as ${end}, run.json as ${record.status}`)
  return found
}
