/** What `lab doctor` found on this machine. */
import type { EngineInfo } from './run-summary.ts'

/** One way to run tensors here. */
export interface EngineCandidate {
  readonly backend: EngineInfo['backend']
  readonly available: boolean
  readonly chosen: boolean
  readonly version: string | null
  /** Why it is not available, or why it is chosen or not; empty when it is the engine a machine should have. */
  readonly message: string
}

/** Engines, devices and places. */
export interface DoctorReport {
  readonly engines: readonly EngineCandidate[]
  readonly versions: Readonly<Record<string, string>>
  readonly processor: { readonly model: string; readonly cores: number; readonly features: readonly string[] }
  readonly gpus: readonly { readonly name: string; readonly memoryBytes: number | null }[]
  readonly memoryBytes: { readonly total: number; readonly free: number }
  readonly disk: { readonly folder: string; readonly freeBytes: number }
  /** One line per thing that is missing and how to get it. */
  readonly advice: readonly string[]
}
