/** What to make of an engine process that ended without saying how its run ended. */
import type { Failure } from '@shared/failures/failure.ts'
import type { RunStatus } from '@shared/results/run-status.ts'

/** What is known about a process that is gone. */
export interface EngineExit {
  /** Exit code; null when a signal ended it or it never started. */
  readonly code: number | null
  readonly signal: string | null
  /** Why the process could not be started; null when it could. */
  readonly startError: string | null
  /** Last lines that this process wrote to `engine.log`. */
  readonly logTail: string
  /** Whether the kernel killed a process for want of memory while this one lived. */
  readonly memoryExhausted: boolean
}

/** State and failure for the record of a run whose engine is gone. */
export interface DeathVerdict {
  readonly status: Extract<RunStatus, 'interrupted' | 'failed'>
  readonly failure: Failure | null
}

/** Signals by which a person, a shell or a shutdown ends a process; the run itself did nothing wrong. */
const outsideSignals: ReadonlySet<string> = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'])
/** How libraries say that an allocation failed before they abort. */
const allocationFailure =
  /std::bad_alloc|RESOURCE_EXHAUSTED|OOM when allocating|JavaScript heap out of memory|Cannot allocate memory/
/** How the system says that there is no room left. */
const diskFailure = /ENOSPC|EDQUOT|No space left on device/

/** The line that says why: the last that names an error, else the last of all; stack lines and Node's signature say nothing. */
function lastWords(logTail: string): string {
  const lines = logTail.split(/\r?\n/).filter((line) => !/^\s*(at .*|[{}]|Node\.js v.*)?$/.test(line))
  const telling = lines.filter((line) =>
    /error|fatal|terminate|abort|check failed|ENOSPC|EDQUOT|no space left/i.test(line),
  )
  return (telling.at(-1) ?? lines.at(-1) ?? '').trim().slice(0, 300)
}

/**
 * The state a dead engine leaves its run in: out of memory and crashes are failures, a kill from outside an interruption.
 * Every one of these states can be resumed.
 *
 * @param exit what is known about the process
 */
export function judgeEngineExit(exit: EngineExit): DeathVerdict {
  if (exit.startError !== null)
    return {
      status: 'failed',
      failure: {
        code: 'engine-unavailable',
        message: `The engine process could not be started: ${exit.startError}.`,
        hint: 'Run "lab doctor", which says what is missing and how to get it; then resume the run.',
      },
    }
  if ((exit.signal === 'SIGKILL' && exit.memoryExhausted) || allocationFailure.test(exit.logTail))
    return {
      status: 'failed',
      failure: {
        code: 'out-of-memory',
        message:
          exit.signal === 'SIGKILL'
            ? 'The system ended the engine process because memory ran out.'
            : `The engine process could not get the memory it asked for: ${lastWords(exit.logTail)}`,
        hint: 'Lower training.batchSize or training.maxLength, or close other programs; then launch again, or resume from the last checkpoint.',
      },
    }
  if (diskFailure.test(exit.logTail))
    return {
      status: 'failed',
      failure: {
        code: 'disk-full',
        message: `The disk filled up during the run: ${lastWords(exit.logTail)}`,
        hint: 'Free some space; then resume the run, which goes on from its last checkpoint.',
      },
    }
  if (exit.signal !== null && outsideSignals.has(exit.signal)) return { status: 'interrupted', failure: null }
  const how = exit.signal === null ? `exit code ${exit.code ?? 'unknown'}` : `signal ${exit.signal}`
  const said = lastWords(exit.logTail)
  return {
    status: 'failed',
    failure: {
      code: 'engine-died',
      message: `The engine process ended unexpectedly (${how})${said === '' ? '.' : `; its last words: ${said}`}`,
      hint: 'engine.log in the run’s folder has the rest; "lab resume" goes on from the last checkpoint.',
    },
  }
}
