/** A supervisor that asks for something at an exact place of a run, in place of a process that would be too early or too late. */
import { SupervisorChannel } from '@main/engine/supervisor-channel.ts'
import type { ControlAction } from '@main/engine-client/engine-messages.ts'

/** Where a wish arrives. */
export interface AskedAt {
  /** Steps that are finished when it arrives. */
  readonly step: number
  /** Which of the loop's looks at the channel after that step; the first is within the epoch's evaluation if the step was its last. */
  readonly look?: number
}

/** A channel on which one wish arrives by itself. */
export class AskingChannel extends SupervisorChannel {
  private readonly at: Required<AskedAt>
  private readonly action: ControlAction
  private looks = 0

  /**
   * @param at when
   * @param action what is asked
   */
  constructor(at: number | AskedAt, action: ControlAction) {
    super()
    this.at = { look: 1, ...(typeof at === 'number' ? { step: at } : at) }
    this.action = action
  }

  /** @param step last finished step */
  override async breathe(step: number): Promise<void> {
    if (step === this.at.step && ++this.looks === this.at.look)
      process.emit('message', { kind: 'control', action: this.action }, undefined)
    await super.breathe(step)
  }
}
