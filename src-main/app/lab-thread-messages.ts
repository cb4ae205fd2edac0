/** Messages between the main process and the thread in which the lab works, so that no file or row blocks a window. */
import type { LabCallName } from '@main/ipc/call-handlers.ts'
import type { LabEvent } from '@shared/contracts/lab-contract.ts'
import type { Uncaught } from '@main/platform/uncaught.ts'
import type { Result } from '@shared/failures/result.ts'
import type { ComparisonTextRequest } from '@main/ipc/window-handlers.ts'

/** What the thread is told when it starts. */
export interface LabThreadData {
  /** LAB_HOME. */
  readonly home: string
  /** Bundle of the engine process. */
  readonly enginePath: string
  /** Folder of the sample's data set and checkpoint. */
  readonly samplePath: string
  /** Version of the app. */
  readonly version: string
}

/** What the main process asks for; `input` has been parsed. */
export type LabThreadRequest = { readonly id: number } & (
  | { readonly kind: 'call'; readonly name: LabCallName; readonly input: unknown }
  | { readonly kind: 'comparison-text'; readonly request: ComparisonTextRequest }
  | { readonly kind: 'close' }
)

/** What the thread says. */
export type LabThreadMessage =
  | { readonly kind: 'answer'; readonly id: number; readonly result: Result<unknown> }
  | { readonly kind: 'event'; readonly event: LabEvent }
  | { readonly kind: 'uncaught'; readonly uncaught: Uncaught }
