/** From a message of a window to a `Result`: name known, input valid, handler asked, whatever it throws turned into data. */
import { z } from 'zod'
import type { CallName } from '@shared/contracts/channel-names.ts'
import { labContract } from '@shared/contracts/lab-contract.ts'
import { LabError } from '@shared/failures/failure.ts'
import type { Result } from '@shared/failures/result.ts'
import { requireBounded } from './call-bounds.ts'
import type { CallHandlers } from './call-handlers.ts'
import { resultOf } from './result-of.ts'

/** A call as it arrives: nothing about it is trusted yet. */
export interface UntrustedCall {
  readonly name: unknown
  readonly input: unknown
}

/** Most characters of a message that a window is sent. */
const longestMessage = 4000

/** Told about every answer that is a defect rather than an expected failure. */
export type ReportDefect = (callName: string, thrown: unknown) => void

const isCallName = (name: unknown): name is CallName =>
  typeof name === 'string' && Object.hasOwn(labContract, name)

function parseInput(name: CallName, input: unknown): unknown {
  const parsed = labContract[name].input.safeParse(input)
  if (parsed.success) return parsed.data
  throw new LabError(
    'invalid-argument',
    `The input of ${name} is not valid: ${z.prettifyError(parsed.error)}`,
    'Correct the values named in the message.',
  )
}

/**
 * Answers one call of a window. Never rejects.
 *
 * @param handlers every handler
 * @param call name and input as they arrived
 * @param reportDefect told what was thrown when it is not an expected failure
 * @returns the handler's value, or the failure; `invalid-argument` for an unknown name or an input outside the schema
 */
export async function answerCall(
  handlers: CallHandlers,
  call: UntrustedCall,
  reportDefect: ReportDefect,
): Promise<Result<unknown>> {
  const { name } = call
  const result = await resultOf(
    () => {
      if (!isCallName(name)) {
        const shown = typeof name === 'string' ? name.slice(0, 100) : typeof name
        throw new LabError('invalid-argument', `There is no call named “${shown}”.`)
      }
      requireBounded(call.input)
      const input = parseInput(name, call.input)
      // The schema has just established that the input is the one this handler takes.
      const handler = handlers[name] as (parsedInput: unknown) => unknown
      return handler(input)
    },
    (thrown) => reportDefect(isCallName(name) ? name : 'unknown', thrown),
  )
  return result.ok
    ? result
    : { ok: false, failure: { ...result.failure, message: shown(result.failure.message) } }
}

/** Messages name what was sent, which may be long. */
function shown(message: string): string {
  return message.length <= longestMessage ? message : `${message.slice(0, longestMessage)}…`
}
