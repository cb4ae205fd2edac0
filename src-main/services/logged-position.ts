/** Where a run that is not followed live stands, from the end of its log; remembered while the log does not change. */
import { closeSync, fstatSync, readSync } from 'node:fs'
import { nodeFileCalls } from '@main/platform/file-calls.ts'
import { parseEventLine } from '@main/storage/event-log.ts'
import type { RunPosition } from './run-progress.ts'

/** A step event takes about 250 bytes: the last step is among the last few kilobytes. */
const tailBytes = 8192

/** Reads the ends of logs. */
export class LoggedPositions {
  readonly #known = new Map<string, { readonly bytes: number; readonly position: RunPosition | null }>()

  /**
   * The last step in a run's log.
   *
   * @param eventsPath the log
   * @returns null when there is no step yet; the time left is never known from here
   */
  of(eventsPath: string): RunPosition | null {
    try {
      const file = nodeFileCalls.open(eventsPath, 'r')
      try {
        const bytes = fstatSync(file).size
        const known = this.#known.get(eventsPath)
        if (known?.bytes === bytes) return known.position
        const position = lastStep(file, bytes)
        this.#known.set(eventsPath, { bytes, position })
        return position
      } finally {
        closeSync(file)
      }
    } catch {
      // A run that never started has no log; one whose log cannot be read is listed all the same.
      return null
    }
  }
}

function lastStep(file: number, bytes: number): RunPosition | null {
  const start = Math.max(0, bytes - tailBytes)
  const tail = Buffer.alloc(bytes - start)
  const lines = tail.toString('utf8', 0, readSync(file, tail, 0, tail.length, start)).split('\n')
  for (const line of lines.reverse()) {
    const event = parseEventLine(line)
    if (event?.type !== 'step') continue
    const { epoch, step, phase, loss } = event
    return { epoch, step, phase, lastLoss: loss, totalSteps: null, etaSeconds: null }
  }
  return null
}
