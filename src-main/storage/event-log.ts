/** `events.ndjson`: what happened during a run, one JSON object a line, appended and never changed. */
import { runEventSchema, type RunEvent } from '@shared/results/run-event.ts'
import type { RunStatus } from '@shared/results/run-status.ts'
import { storedJson } from './stored-json.ts'

/** Events that mark a point worth a forced write: what stands before them must survive a power cut. */
const forcedTypes: ReadonlySet<RunEvent['type']> = new Set(['evaluation', 'checkpoint', 'run-ended'])

/**
 * Events as lines of the log.
 *
 * @param events in the order in which they happened
 */
export function eventLines(events: readonly RunEvent[]): string {
  return events.map((event) => storedJson(event, runEventSchema, 0)).join('')
}

/**
 * Whether these events must reach the disk before anything goes on.
 *
 * @param events about to be appended
 */
export function mustReachDisk(events: readonly RunEvent[]): boolean {
  return events.some((event) => forcedTypes.has(event.type))
}

/** A log as read: its events, and the numbers (from 1) of lines that hold none. */
export interface EventLog {
  readonly events: readonly RunEvent[]
  readonly damagedLines: readonly number[]
}

/**
 * The events in a log's text. A last line without its newline was torn by a crash and is dropped without a word; any
 * other line that holds no event is named.
 *
 * @param text the file's content
 */
export function parseEvents(text: string): EventLog {
  const events: RunEvent[] = []
  const damagedLines: number[] = []
  const lines = text.split('\n')
  lines.pop()
  lines.forEach((line, index) => {
    const event = parseEventLine(line)
    if (event === null) damagedLines.push(index + 1)
    else events.push(event)
  })
  return { events, damagedLines }
}

/**
 * One line of the log; null when it holds no event.
 *
 * @param line without its newline
 */
export function parseEventLine(line: string): RunEvent | null {
  try {
    return runEventSchema.safeParse(JSON.parse(line)).data ?? null
  } catch {
    return null
  }
}

/** States of a run that nothing follows. */
const finalStatuses = ['done', 'stopped', 'cancelled'] as const satisfies readonly RunStatus[]

/** A state of a run that nothing follows. */
export type FinalStatus = (typeof finalStatuses)[number]

/**
 * How a log says its run ended for good; null while it did not, or when it was taken up again since.
 *
 * @param events in the order in which they happened
 */
export function finalStatusOf(events: readonly RunEvent[]): FinalStatus | null {
  const last = events.filter(({ type }) => type === 'run-ended' || type === 'run-started').at(-1)
  return finalStatuses.find((status) => last?.type === 'run-ended' && last.status === status) ?? null
}
