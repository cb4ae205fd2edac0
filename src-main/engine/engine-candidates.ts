/** The engines of `lab doctor`: which load, which one runs would get, and why. */
import { engineNames, slowerEngines, type EngineName } from '@main/tensor-backend/choose-engine.ts'
import type { Failure } from '@shared/failures/failure.ts'
import type { EngineCandidate } from '@shared/results/doctor-report.ts'
import type { EngineInfo } from '@shared/results/run-summary.ts'

/** What came of loading an engine. */
export type EngineAttempt =
  { readonly info: EngineInfo; readonly failure: null } | { readonly info: null; readonly failure: Failure }

/** What was found out about all engines. */
export interface EngineFindings {
  readonly attempts: Readonly<Record<EngineName, EngineAttempt>>
  /** The person's wish; null when there is none. */
  readonly asked: EngineName | null
  /** GPUs of the machine, whatever TensorFlow makes of them. */
  readonly gpuCount: number
}

type Backend = EngineInfo['backend']

/** The engine that brings each backend, and under which name its version is recorded. */
const backends: Readonly<Record<Backend, { readonly engine: EngineName; readonly versionName: string }>> = {
  'tensorflow-gpu': { engine: 'tensorflow', versionName: 'tensorflow' },
  'tensorflow-cpu': { engine: 'tensorflow', versionName: 'tensorflow' },
  wasm: { engine: 'wasm', versionName: 'wasm' },
  cpu: { engine: 'cpu', versionName: 'tfjs' },
}

/**
 * The engine that a run would get.
 *
 * @param findings what was found out
 * @returns null when the engine asked for, or none at all, can be loaded
 */
export function chosenEngine(findings: EngineFindings): EngineName | null {
  const { attempts, asked } = findings
  const wanted = asked === null ? engineNames : [asked]
  return wanted.find((name) => attempts[name].info !== null) ?? null
}

/**
 * One row per backend, fastest first.
 *
 * @param findings what was found out
 */
export function engineCandidates(findings: EngineFindings): EngineCandidate[] {
  const chosenName = chosenEngine(findings)
  return (['tensorflow-gpu', 'tensorflow-cpu', 'wasm', 'cpu'] as const).map((backend) => {
    const { engine, versionName } = backends[backend]
    const { info } = findings.attempts[engine]
    if (info?.backend !== backend) {
      const message = whyNotAvailable(findings, backend)
      return { backend, available: false, chosen: false, version: null, message }
    }
    const chosen = engine === chosenName
    const message = chosen ? whyChosen(findings, engine) : whyNotChosen(findings, engine)
    return { backend, available: true, chosen, version: info.versions[versionName] ?? null, message }
  })
}

function whyNotAvailable({ attempts, gpuCount }: EngineFindings, backend: Backend): string {
  const { failure } = attempts[backends[backend].engine]
  if (backend === 'tensorflow-gpu') {
    if (gpuCount === 0) return 'No NVIDIA GPU was found (nvidia-smi answered nothing).'
    if (failure !== null) return 'TensorFlow could not be loaded.'
    return 'A GPU is there, but the loaded TensorFlow library is built for processors only.'
  }
  return failure?.message ?? 'TensorFlow computes on the GPU here.'
}

function whyChosen({ asked }: EngineFindings, engine: EngineName): string {
  if (asked !== null) return 'LAB_ENGINE asks for it.'
  if (engine === 'tensorflow') return ''
  return `No faster engine could be loaded; it is ${slowerEngines[engine].cost}.`
}

function whyNotChosen({ asked }: EngineFindings, engine: EngineName): string {
  if (engine === 'tensorflow') return `LAB_ENGINE asks for ${asked}.`
  return `It is ${slowerEngines[engine].cost}; LAB_ENGINE=${engine} chooses it.`
}
