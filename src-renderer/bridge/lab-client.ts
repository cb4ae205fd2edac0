/** The typed client of the contract: the only code in the window that talks to the main process. */
import { inject, type InjectionKey } from 'vue'
import type { CallName } from '@shared/contracts/channel-names.ts'
import type { CallInput, CallOutput, LabBridge, LabEvent } from '@shared/contracts/lab-contract.ts'
import { toFailure } from '@shared/failures/failure.ts'
import type { Result } from '@shared/failures/result.ts'
import { createEventSequence } from './event-sequence.ts'
import { createPatientCalls } from './patient-calls.ts'

/** Arguments after the call's name: none where the contract wants nothing. */
export type CallArguments<Name extends CallName> = [undefined] extends [CallInput<Name>]
  ? []
  : [input: CallInput<Name>]

/** Everything stores may ask of the main process. */
export interface LabClient {
  /** Sends a call; expected failures come back as values, and so do broken answers. */
  call<Name extends CallName>(name: Name, ...input: CallArguments<Name>): Promise<Result<CallOutput<Name>>>
  /** Listens to events in order; answers a function that stops listening. */
  onEvent(listener: (event: LabEvent) => void): () => void
  /** Told when events were missed, so that whoever keeps a copy asks for a snapshot. */
  onGap(listener: () => void): () => void
  /** Told what takes long, whenever that changes; answers a function that stops listening. */
  onStillWorking(listener: (activities: readonly string[]) => void): () => void
  /** Token that stands for a dropped file or folder; '' when it is none of this machine. */
  tokenForFile(file: File): Promise<string>
}

/** Under which the composition root provides the client to the stores. */
export const labClientKey: InjectionKey<LabClient> = Symbol('lab client')

/**
 * The client provided by the composition root.
 *
 * @throws Error when the app was created without one (a bug)
 */
export function useLabClient(): LabClient {
  const client = inject(labClientKey, null)
  if (client === null) throw new Error('No lab client was provided to the app')
  return client
}

/**
 * A client over the bridge that the preload exposes.
 *
 * @param bridge `window.lab`
 */
export function createLabClient(bridge: LabBridge): LabClient {
  const sequence = createEventSequence()
  const patient = createPatientCalls()
  let isListening = false
  const listen = (): void => {
    if (isListening) return
    isListening = true
    bridge.onEvent((event) => sequence.receive(event))
  }
  const send = async <Name extends CallName>(
    name: Name,
    input: unknown,
  ): Promise<Result<CallOutput<Name>>> => {
    try {
      const answer = await bridge.call(name, toPlainData(input))
      if (isResult(answer)) return answer as Result<CallOutput<Name>> // reason: the handler's type is the contract's
      throw new Error(`The answer to ${name} is not a result`)
    } catch (thrown) {
      return { ok: false, failure: toFailure(thrown) }
    }
  }
  return {
    call: (name, ...input) => patient.wait(name, send(name, input[0])),
    onStillWorking: (listener) => patient.onStillWorking(listener),
    onEvent(listener) {
      listen()
      return sequence.onEvent(listener)
    },
    onGap(listener) {
      listen()
      return sequence.onGap(listener)
    },
    tokenForFile: (file) => bridge.tokenForFile(file),
  }
}

/** Vue's reactive proxies cannot be cloned across processes; calls carry JSON data only, so a round trip frees them. */
function toPlainData(value: unknown): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown)
}

function isResult(value: unknown): value is Result<unknown> {
  return typeof value === 'object' && value !== null && 'ok' in value && typeof value.ok === 'boolean'
}
