/**
 * What a run has recorded and records: events to the log and the supervisor. After a resume the steps between the last
 * checkpoint and the last recorded step are computed again; the journal compares them with what stands there and records
 * only what is new.
 */
import { LabError } from '@shared/failures/failure.ts'
import type { RunFolder } from '@main/storage/run-folder.ts'
import type { RunEvent, StepEvent } from '@shared/results/run-event.ts'
import type { TimedStep } from './step-statistics.ts'
import type { SupervisorChannel } from './supervisor-channel.ts'

/** An event without what every event has. */
export type NewEvent = RunEvent extends infer Event
  ? Event extends RunEvent
    ? Omit<Event, 'runId' | 'time'>
    : never
  : never

/** Journal of one run. */
export class RunJournal {
  private readonly folder: RunFolder
  private readonly channel: SupervisorChannel
  private readonly recordedLosses = new Map<number, number>()
  private readonly recordedEpochs = { started: 0, evaluated: 0 }
  private readonly timedSteps: TimedStep[] = []
  private differing = 0

  constructor(folder: RunFolder, channel: SupervisorChannel) {
    this.folder = folder
    this.channel = channel
    for (const event of folder.readEvents()) {
      if (event.type === 'step') {
        this.recordedLosses.set(event.step, event.loss)
        this.timedSteps.push(event)
      }
      if (event.type === 'epoch-started') this.recordedEpochs.started = event.epoch
      if (event.type === 'evaluation') this.recordedEpochs.evaluated = event.summary.epoch
    }
  }

  /** Last step on record; 0 before the first. */
  get lastStep(): number {
    return this.recordedLosses.size
  }

  /** Every recorded step, for the medians. */
  get steps(): readonly TimedStep[] {
    return this.timedSteps
  }

  /** Steps that came out differently when they were computed again. */
  get differingSteps(): number {
    return this.differing
  }

  /**
   * Records an event, unless an earlier process of this run already has.
   *
   * @param event what happened
   * @failure disk-full
   */
  record(event: NewEvent): void {
    if (this.isRecorded(event)) return
    const complete = { runId: this.folder.runId, time: new Date().toISOString(), ...event } as RunEvent
    this.folder.appendEvents([complete])
    if (complete.type === 'step') {
      this.recordedLosses.set(complete.step, complete.loss)
      this.timedSteps.push(complete)
    }
    this.channel.send({ kind: 'event', event: complete })
  }

  private isRecorded(event: NewEvent): boolean {
    switch (event.type) {
      case 'step':
        return this.isRecordedStep(event)
      case 'epoch-started':
        return event.epoch <= this.recordedEpochs.started
      case 'evaluation':
        return event.summary.epoch <= this.recordedEpochs.evaluated
      default:
        return false
    }
  }

  private isRecordedStep(event: Omit<StepEvent, 'runId' | 'time'>): boolean {
    const recorded = this.recordedLosses.get(event.step)
    if (recorded === undefined) {
      if (event.step !== this.lastStep + 1) {
        throw new LabError(
          'run-not-resumable',
          `The event log ends at step ${this.lastStep}, but the checkpoint goes on with step ${event.step}.`,
          'The log was changed after it was written; launch the run anew.',
        )
      }
      return false
    }
    if (!Object.is(recorded, event.loss)) this.differing++
    return true
  }
}
