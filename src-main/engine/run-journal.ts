/**
 * What a run has recorded and records: events to the log and the supervisor. After a resume the steps between the last
 * checkpoint and the last recorded step are computed again; the journal compares them with what stands there and records
 * only what is new.
 */
import { toJson } from '@shared/results/recorded-number.ts'
import { finalStatusOf, type FinalStatus } from '@main/storage/event-log.ts'
import type { RunFolder } from '@main/storage/run-folder.ts'
import type { RunEvent, StepEvent } from '@shared/results/run-event.ts'
import type { EpochSummary } from '@shared/results/run-summary.ts'
import type { TimedStep } from './step-statistics.ts'
import type { SupervisorChannel } from './supervisor-channel.ts'
import type { TrainingProgress } from './training-progress.ts'

/** An event without what every event has. */
export type NewEvent = RunEvent extends infer Event
  ? Event extends RunEvent
    ? Omit<Event, 'runId' | 'time'>
    : never
  : never

/** Journal of one run. */
export class RunJournal {
  /** How the log said, when this process began, that the run had ended for good; null when it had not. */
  readonly finalStatus: FinalStatus | null
  private readonly folder: RunFolder
  private readonly channel: SupervisorChannel
  private readonly recordedSteps = new Map<number, StepEvent>()
  private readonly recordedStarts = new Set<number>()
  private readonly recordedEvaluations = new Map<number, EpochSummary>()
  private readonly damagedLines: readonly number[]
  private last = 0
  private differing = 0

  constructor(folder: RunFolder, channel: SupervisorChannel) {
    this.folder = folder
    this.channel = channel
    const { events, damagedLines } = folder.readEventLog()
    this.damagedLines = damagedLines
    this.finalStatus = finalStatusOf(events)
    for (const event of events) this.remember(event)
  }

  /** Last step on record; 0 before the first. */
  get lastStep(): number {
    return this.last
  }

  /** Every recorded step in order, for the medians. */
  get steps(): readonly TimedStep[] {
    return [...this.recordedSteps.values()].sort((left, right) => left.step - right.step)
  }

  /** Steps and evaluations that came out differently when they were computed again. */
  get numDiffering(): number {
    return this.differing
  }

  /**
   * An epoch's evaluation as it counts: as an earlier process of this run recorded it, if it came out alike, else as it
   * came out now. So times, which never come out alike, are those of the log.
   *
   * @param computed as it came out now
   */
  settled(computed: EpochSummary): EpochSummary {
    const recorded = this.recordedEvaluations.get(computed.epoch)
    return recorded !== undefined && hasSameResults(recorded, computed) ? recorded : computed
  }

  /**
   * Brings the log up to a checkpoint that knows more than it: evaluations that the log has lost are recorded again from
   * the checkpoint; steps cannot be, they are named.
   *
   * @param progress of the checkpoint that the run goes on from
   * @returns what a reader of the log should know, in sentences; empty for a whole log
   * @failure disk-full
   */
  bridge(progress: Pick<TrainingProgress, 'step' | 'epochs' | 'best'>): string[] {
    const { step, epochs, best } = progress
    const missing = Array.from({ length: step }, (_, index) => index + 1).filter(
      (number) => !this.recordedSteps.has(number),
    )
    const lost = epochs.filter(({ epoch }) => !this.recordedEvaluations.has(epoch))
    for (const summary of lost)
      this.record({ type: 'evaluation', summary, isBest: summary.epoch === best?.epoch })
    return [
      ...(this.damagedLines.length === 0
        ? []
        : [`The event log has damaged lines, which were left out: ${ranges(this.damagedLines)}.`]),
      ...(missing.length === 0
        ? []
        : [
            `The event log lost the losses of steps ${ranges(missing)}; the checkpoint has these steps, so the weights are whole.`,
          ]),
      ...(lost.length === 0
        ? []
        : [
            `The event log lost the evaluations of epochs ${ranges(lost.map(({ epoch }) => epoch))}; they were taken from the checkpoint.`,
          ]),
    ]
  }

  /**
   * Records an event, unless an earlier process of this run already has.
   *
   * @param event what happened
   * @failure disk-full
   */
  record(event: NewEvent): void {
    if (this.isRecorded(event)) return
    // reason: an object type spread over a union loses which member it is.
    const complete = { runId: this.folder.runId, time: new Date().toISOString(), ...event } as RunEvent
    this.folder.appendEvents([complete])
    this.remember(complete)
    this.channel.send({ kind: 'event', event: complete })
  }

  private remember(event: RunEvent): void {
    if (event.type === 'step') {
      this.recordedSteps.set(event.step, event)
      this.last = Math.max(this.last, event.step)
    }
    if (event.type === 'epoch-started') this.recordedStarts.add(event.epoch)
    if (event.type === 'evaluation') this.recordedEvaluations.set(event.summary.epoch, event.summary)
  }

  private isRecorded(event: NewEvent): boolean {
    switch (event.type) {
      case 'step':
        return this.isRecordedStep(event)
      case 'epoch-started':
        return this.recordedStarts.has(event.epoch)
      case 'evaluation':
        return this.isRecordedEvaluation(event.summary)
      default:
        return false
    }
  }

  private isRecordedStep(event: Pick<StepEvent, 'step' | 'loss'>): boolean {
    const recorded = this.recordedSteps.get(event.step)
    if (recorded === undefined) return false
    if (!Object.is(recorded.loss, event.loss)) this.differing++
    return true
  }

  /** Another result is recorded beside the earlier one and counts from then on: the weights that are kept gave it. */
  private isRecordedEvaluation(summary: EpochSummary): boolean {
    const recorded = this.recordedEvaluations.get(summary.epoch)
    if (recorded === undefined) return false
    if (hasSameResults(recorded, summary)) return true
    this.differing++
    return false
  }
}

/** Whether two evaluations of an epoch came out alike, but for the time they took. */
function hasSameResults(left: EpochSummary, right: EpochSummary): boolean {
  const untimed = (summary: EpochSummary): string => toJson({ ...summary, seconds: null })
  return untimed(left) === untimed(right)
}

/** Ascending whole numbers as text, neighbours joined: "3, 7 to 9". */
function ranges(numbers: readonly number[]): string {
  const parts: [number, number][] = []
  for (const number of numbers) {
    const part = parts.at(-1)
    if (part !== undefined && number === part[1] + 1) part[1] = number
    else parts.push([number, number])
  }
  return parts.map(([from, to]) => (from === to ? String(from) : `${from} to ${to}`)).join(', ')
}
