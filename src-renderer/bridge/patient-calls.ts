/** Waits for answers of the main process: never for ever without a word. */
import type { CallName } from '@shared/contracts/channel-names.ts'
import type { Failure } from '@shared/failures/failure.ts'
import type { Result } from '@shared/failures/result.ts'
import { callPatience, quickDeadlineMs, silenceMs } from './call-patience.ts'

/** Calls that are waited for. */
export interface PatientCalls {
  /**
   * Waits for an answer.
   *
   * @param name call
   * @param answer what was sent; rejections are passed on
   * @failure no-answer when a quick call takes too long; an answer that comes later is dropped
   */
  wait<Value>(name: CallName, answer: Promise<Result<Value>>): Promise<Result<Value>>
  /** Told what takes long, the longest first, whenever that changes; answers a function that stops listening. */
  onStillWorking(listener: (activities: readonly string[]) => void): () => void
}

/** Keeps track of calls on their way. */
export function createPatientCalls(): PatientCalls {
  const listeners = new Set<(activities: readonly string[]) => void>()
  const slow = new Map<symbol, string>()
  let longCalls = 0
  const tell = (): void => {
    const activities = [...new Set(slow.values())]
    for (const listener of listeners) listener(activities)
  }

  async function waitLong<Value>(activity: string, answer: Promise<Result<Value>>): Promise<Result<Value>> {
    const key = Symbol(activity)
    const timer = setTimeout(() => {
      slow.set(key, activity)
      tell()
    }, silenceMs)
    longCalls += 1
    try {
      return await answer
    } finally {
      longCalls -= 1
      clearTimeout(timer)
      if (slow.delete(key)) tell()
    }
  }

  async function waitQuick<Value>(name: CallName, answer: Promise<Result<Value>>): Promise<Result<Value>> {
    let timer: ReturnType<typeof setTimeout> | undefined
    const deadline = new Promise<Result<Value>>((resolve) => {
      const arm = (): void => {
        timer = setTimeout(() => {
          // What reads a large data set answers nothing else meanwhile, and the window says that it works.
          if (longCalls > 0) arm()
          else resolve({ ok: false, failure: noAnswer(name) })
        }, quickDeadlineMs)
      }
      arm()
    })
    try {
      return await Promise.race([answer, deadline])
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    wait(name, answer) {
      const patience = callPatience[name]
      switch (patience.kind) {
        case 'quick':
          return waitQuick(name, answer)
        case 'long':
          return waitLong(patience.activity, answer)
        case 'person':
          return answer
      }
    },
    onStillWorking(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

function noAnswer(name: CallName): Failure {
  return {
    code: 'no-answer',
    message: `The app has not answered ${name} for ${quickDeadlineMs / 1000} s.`,
    hint: 'Try again; restart the app if it stays silent. Runs go on meanwhile and keep their steps.',
  }
}
