/** Everything that listeners of a lab hear, numbered without gaps; run events are gathered for a moment first. */
import type { LabEvent } from '@shared/contracts/lab-contract.ts'
import type { RunEvent } from '@shared/results/run-event.ts'

/** An event before it has its number. */
export type LabEventContent = LabEvent extends infer Event
  ? Event extends LabEvent
    ? Omit<Event, 'seq'>
    : never
  : never

/** Time in which events of a run are gathered, so that fast steps do not flood the window; 250 ms is the budget on screen. */
const gatherMs = 50

/** Sends lab events to listeners. */
export class EventHub {
  readonly #listeners = new Set<(event: LabEvent) => void>()
  readonly #gathered = new Map<string, RunEvent[]>()
  #timer: NodeJS.Timeout | null = null
  #lastSeq = 0

  /**
   * @param listener called with every event from now on
   * @returns ends the listening
   */
  listen(listener: (event: LabEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** @param event goes out at once, after whatever was gathered before it */
  send(event: Exclude<LabEventContent, { type: 'run-events' }>): void {
    this.flush()
    this.#emit(event)
  }

  /** @param event goes out together with others of its run */
  gather(event: RunEvent): void {
    const waiting = this.#gathered.get(event.runId)
    if (waiting === undefined) this.#gathered.set(event.runId, [event])
    else waiting.push(event)
    this.#timer ??= setTimeout(() => this.flush(), gatherMs)
  }

  /** Sends what was gathered. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const gathered = [...this.#gathered]
    this.#gathered.clear()
    for (const [runId, events] of gathered) this.#emit({ type: 'run-events', runId, events })
  }

  #emit(content: LabEventContent): void {
    this.#lastSeq += 1
    const event: LabEvent = { seq: this.#lastSeq, ...content }
    for (const listener of this.#listeners) listener(event)
  }
}
