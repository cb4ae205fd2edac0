/** The engine's end of the channel to whoever supervises it. */
import {
  controlMessage,
  type ControlAction,
  type EngineMessage,
} from '@main/engine-client/engine-messages.ts'
import { toJson } from '@shared/results/recorded-number.ts'

/** What the training loop must do at the next pause between two steps. */
export type EngineRequest = ControlAction | 'interrupt'

const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Channel to the supervisor; without one (started by hand) it only listens to signals. */
export class SupervisorChannel {
  private request: EngineRequest | null = null
  private lastHeartbeat = 0

  private readonly onMessage = (message: unknown): void => {
    const parsed = controlMessage.safeParse(message)
    if (parsed.success) this.request = parsed.data.action
  }

  /** The supervisor died, or the system ends us: keep what there is, and end. */
  private readonly onInterrupt = (): void => {
    this.request ??= 'interrupt'
  }

  constructor() {
    process.on('message', this.onMessage)
    process.on('disconnect', this.onInterrupt)
    for (const signal of endingSignals) process.on(signal, this.onInterrupt)
  }

  /** Stops listening. */
  close(): void {
    process.off('message', this.onMessage)
    process.off('disconnect', this.onInterrupt)
    for (const signal of endingSignals) process.off(signal, this.onInterrupt)
  }

  /** What was asked for since the run began; the latest wish counts. */
  get requested(): EngineRequest | null {
    return this.request
  }

  /**
   * Sends a message, if anyone listens.
   *
   * @param message event or sign of life
   */
  send(message: EngineMessage): void {
    // The callback takes the error of a channel that closes meanwhile; `disconnect` says the same.
    // JSON, which the channel carries, would make null of a number that is not finite.
    if (process.connected) process.send?.(JSON.parse(toJson(message)), undefined, undefined, () => undefined)
  }

  /**
   * A sign of life from the step loop, at most once a second; lets waiting messages in.
   *
   * @param step last finished step
   */
  async breathe(step: number): Promise<void> {
    const moment = performance.now()
    if (moment - this.lastHeartbeat >= 1000) {
      this.lastHeartbeat = moment
      this.send({ kind: 'heartbeat', step })
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
}
