/** Notices when a living engine process has been silent for too long, and when it speaks again. */

/** Silence after which an engine counts as unresponsive. A step of a large model may take several seconds. */
export const heartbeatTimeoutMs = 60_000

/** What a watch reports; only changes are reported. */
export interface HeartbeatListener {
  /** @param silentMs time since the last sign of life */
  onSilent(silentMs: number): void
  onBack(): void
}

/** Watches signs of life; `stop` ends it. */
export class HeartbeatWatch {
  readonly #timeoutMs: number
  readonly #listener: HeartbeatListener
  readonly #timer: NodeJS.Timeout
  #lastSignMs = performance.now()
  #isSilent = false

  /**
   * @param timeoutMs silence after which `onSilent` is called
   * @param listener told of changes
   */
  constructor(timeoutMs: number, listener: HeartbeatListener) {
    this.#timeoutMs = timeoutMs
    this.#listener = listener
    this.#timer = setInterval(() => this.#check(), Math.max(10, timeoutMs / 6))
    this.#timer.unref()
  }

  /** Whether the engine has been silent for longer than the limit. */
  get isSilent(): boolean {
    return this.#isSilent
  }

  /** A message arrived. */
  sign(): void {
    this.#lastSignMs = performance.now()
    if (!this.#isSilent) return
    this.#isSilent = false
    this.#listener.onBack()
  }

  /** Ends the watch. */
  stop(): void {
    clearInterval(this.#timer)
  }

  #check(): void {
    const silentMs = performance.now() - this.#lastSignMs
    if (this.#isSilent || silentMs < this.#timeoutMs) return
    this.#isSilent = true
    this.#listener.onSilent(silentMs)
  }
}
