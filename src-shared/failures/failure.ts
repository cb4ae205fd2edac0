/** Expected failures: a closed list of codes, and the one shape in which they cross every boundary. */
import { z } from 'zod'

/** Everything that may go wrong without being a bug. A new code is added here and nowhere else. */
export const failureCodes = [
  'invalid-config',
  'invalid-argument',
  'not-found',
  'file-unreadable',
  'file-empty',
  'file-binary',
  'git-lfs-pointer',
  'file-encoding',
  'dataset-unrecognized',
  'dataset-ambiguous',
  'dataset-problem-rows',
  'dataset-split-missing',
  'checkpoint-unrecognized',
  'checkpoint-unknown-architecture',
  'checkpoint-missing-weights',
  'checkpoint-wrong-shapes',
  'checkpoint-truncated',
  'checkpoint-not-finite',
  'checkpoint-changed',
  'tokenizer-missing',
  'task-mismatch',
  'run-not-resumable',
  'run-already-active',
  'engine-unavailable',
  'engine-died',
  'out-of-memory',
  'loss-not-finite',
  'disk-full',
  'hub-unreachable',
  'hub-refused',
  'download-damaged',
  'parity-failed',
  'no-answer',
  'too-many-calls',
  'internal-error',
] as const

/** Code of an expected failure. */
export type FailureCode = (typeof failureCodes)[number]

/** An expected failure as data: what happened, and what the person can do about it. */
export const failureSchema = z.object({
  code: z.enum(failureCodes),
  /** What was being done, what was found, what was needed. Names the file, row or setting. */
  message: z.string(),
  /** What to do next, one sentence; empty when there is nothing to advise. */
  hint: z.string(),
})

/** An expected failure as data. */
export type Failure = Readonly<z.infer<typeof failureSchema>>

/** An expected failure on its way up a call stack; caught at process edges and turned into a `Failure`. */
export class LabError extends Error {
  readonly code: FailureCode
  readonly hint: string

  constructor(code: FailureCode, message: string, hint = '', options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'LabError'
    this.code = code
    this.hint = hint
  }

  /** The same failure as plain data. */
  toFailure(): Failure {
    return { code: this.code, message: this.message, hint: this.hint }
  }
}

/**
 * Any thrown value as a `Failure`; what is not a `LabError` is a bug and becomes `internal-error`.
 *
 * @param thrown whatever a `catch` received
 */
export function toFailure(thrown: unknown): Failure {
  if (thrown instanceof LabError) return thrown.toFailure()
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  return {
    code: 'internal-error',
    message: `An unexpected error occurred: ${text}`,
    hint: 'This is a defect in the application; the log beside the run has the details.',
  }
}
