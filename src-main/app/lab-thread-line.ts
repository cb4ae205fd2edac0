/** The lab thread as the handlers of windows use it: values and thrown failures instead of messages. */
import type { LabCallName } from '@main/ipc/call-handlers.ts'
import { valueOf } from '@main/ipc/result-of.ts'
import type { LabLine } from '@main/ipc/window-handlers.ts'
import { LabError, type Failure } from '@shared/failures/failure.ts'
import type { CallOutput } from '@shared/contracts/lab-contract.ts'
import type { LabThread } from './lab-thread.ts'

/**
 * A line to nowhere, for an app whose data folder cannot be used.
 *
 * @param failure what every call fails with
 */
export function refusingLine(failure: Failure): LabLine {
  const refuse = (): Promise<never> =>
    Promise.reject(new LabError(failure.code, failure.message, failure.hint))
  return { call: refuse, comparisonText: refuse }
}

/**
 * A line to the lab in its thread.
 *
 * @param thread the thread
 */
export function lineToThread(thread: LabThread): LabLine {
  return {
    // The thread's handlers have the contract's types, so its answers have them too.
    call: async <Name extends LabCallName>(name: Name, input: unknown) =>
      valueOf(await thread.ask({ kind: 'call', name, input })) as CallOutput<Name>,
    comparisonText: async (request) =>
      valueOf(await thread.ask({ kind: 'comparison-text', request })) as string,
  }
}
