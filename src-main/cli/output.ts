/** Where a command writes: one answer on standard output, everything else on standard error. */
import type { Failure } from '@shared/failures/failure.ts'
import { oneLine, visibleText } from '@shared/text/visible-text.ts'

/** Streams and facts of the process that commands need; tests bring their own. */
export interface CliSurroundings {
  readonly stdout: (text: string) => void
  readonly stderr: (text: string) => void
  /** Whether standard error is a terminal, so that a progress line may be redrawn. */
  readonly isTerminal: boolean
  /** Working folder, against which paths are resolved. */
  readonly workingFolder: string
  readonly home: string
  readonly enginePath: string
  readonly sampleFolder: string
  readonly version: string
  /** Listens to Ctrl-C and its kin; answers a function that stops listening. */
  readonly onInterrupt: (listener: () => void) => () => void
}

/** Exit codes of the command line. */
export const exitCodes = { done: 0, failed: 1, wrongUsage: 2, interrupted: 130 } as const

/** Exit code of a command. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** What a command leaves behind. */
export interface Answer {
  readonly exitCode: ExitCode
  /** The whole answer as one document (`--json`, or the last line of `--events`). */
  readonly document: unknown
  /** The same for a person. */
  readonly text: string
}

/** An answer of a command that did what it was asked. */
export function done(document: unknown, text: string): Answer {
  return { exitCode: exitCodes.done, document, text }
}

/**
 * An answer of a command that failed in an expected way.
 *
 * @param failure what happened
 * @param details further keys of the document
 */
export function failed(failure: Failure, details: Readonly<Record<string, unknown>> = {}): Answer {
  const { code, message, hint } = failure
  return {
    exitCode: exitCodes.failed,
    document: { error: { code, message, hint }, ...details },
    text: [message, hint]
      .filter((line) => line !== '')
      .map(oneLine)
      .join('\n'),
  }
}

/** How an answer is asked for. */
export interface AnswerForm {
  /** One JSON document. */
  readonly json: boolean
  /** Events as NDJSON, the document last. */
  readonly events: boolean
}

/**
 * Writes an answer: as a document on standard output, or as text (failures: on standard error).
 *
 * @param answer what to say
 * @param form how
 * @param surroundings streams
 */
export function writeAnswer(answer: Answer, form: AnswerForm, surroundings: CliSurroundings): void {
  if (form.events) surroundings.stdout(`${JSON.stringify(answer.document)}\n`)
  else if (form.json) surroundings.stdout(`${JSON.stringify(answer.document, null, 2)}\n`)
  else if (answer.exitCode === exitCodes.failed || answer.exitCode === exitCodes.wrongUsage)
    surroundings.stderr(`lab: ${visibleText(answer.text)}\n`)
  else if (answer.text !== '') surroundings.stdout(`${visibleText(answer.text)}\n`)
}
