/** Order of the main process's events: hands them on once each and notices when some were missed. */
import type { LabEvent } from '@shared/contracts/lab-contract.ts'

/** Receives raw events and tells listeners about events and gaps. */
export interface EventSequence {
  receive(event: unknown): void
  onEvent(listener: (event: LabEvent) => void): () => void
  onGap(listener: () => void): () => void
}

/**
 * A sequence that starts with whatever event comes first: earlier ones are covered by the first snapshot.
 * An event with a number seen before is dropped; a number that skips is handed on after the gap was reported;
 * a number that starts again at 1 means that the main process restarted, which counts as a gap.
 */
export function createEventSequence(): EventSequence {
  const eventListeners = new Set<(event: LabEvent) => void>()
  const gapListeners = new Set<() => void>()
  let lastSeq: number | null = null

  return {
    receive(event) {
      if (!isLabEvent(event)) return
      const isRestart = event.seq === 1 && lastSeq !== null && lastSeq > 1
      if (lastSeq !== null && event.seq <= lastSeq && !isRestart) return
      const isGap = isRestart || (lastSeq !== null && event.seq !== lastSeq + 1)
      lastSeq = event.seq
      if (isGap) for (const listener of gapListeners) listener()
      for (const listener of eventListeners) listener(event)
    },
    onEvent(listener) {
      eventListeners.add(listener)
      return () => void eventListeners.delete(listener)
    },
    onGap(listener) {
      gapListeners.add(listener)
      return () => void gapListeners.delete(listener)
    },
  }
}

function isLabEvent(value: unknown): value is LabEvent {
  return (
    typeof value === 'object' &&
    value !== null &&
    'seq' in value &&
    Number.isInteger(value.seq) &&
    'type' in value &&
    typeof value.type === 'string'
  )
}
