/** Which engine to load: the one a person asks for, else the fastest that loads. */
import { LabError } from '@shared/failures/failure.ts'

/** Engines a person may ask for, fastest first. */
export const engineNames = ['tensorflow', 'wasm', 'cpu'] as const

/** One of them. TensorFlow computes on a GPU where its library sees one. */
export type EngineName = (typeof engineNames)[number]

/** The engines that run wherever Node does, and what a training step costs on them (measured: docs/decisions.md, 18). */
export const slowerEngines = {
  wasm: { label: 'WebAssembly', cost: 'about 5 times slower than TensorFlow on two processor cores' },
  cpu: { label: 'plain JavaScript', cost: 'about 300 times slower than TensorFlow' },
} as const satisfies Partial<Record<EngineName, { label: string; cost: string }>>

/** How each engine is loaded. */
export type EngineLoaders<Engine> = Readonly<Record<EngineName, () => Promise<Engine>>>

/** An engine, and why it is not the usual one. */
export interface EngineChoice<Engine> {
  readonly engine: Engine
  /** What could not be loaded and what runs instead, for the record of a run; null when nothing failed. */
  readonly fallbackNote: string | null
}

/**
 * The engine that a person asks for.
 *
 * @param environment variables of the process; `LAB_ENGINE` names an engine
 * @returns null when nothing is asked for
 * @throws LabError `invalid-argument` for a name that is no engine's
 */
export function engineAskedFor(environment: Readonly<NodeJS.ProcessEnv>): EngineName | null {
  const asked = environment['LAB_ENGINE'] ?? ''
  if (asked === '') return null
  const name = engineNames.find((known) => known === asked)
  if (name !== undefined) return name
  throw new LabError(
    'invalid-argument',
    `LAB_ENGINE is "${asked}", but the engines are ${engineNames.join(', ')}.`,
    'Set the variable LAB_ENGINE to one of them, or remove it: then the fastest that loads is taken.',
  )
}

/**
 * Loads the engine that is asked for, and no other; without a wish the first that loads, fastest first.
 *
 * @param asked the person's wish
 * @param load how each engine is loaded
 * @throws LabError `engine-unavailable` when the engine asked for, or none at all, can be loaded
 */
export async function chooseEngine<Engine>(
  asked: EngineName | null,
  load: EngineLoaders<Engine>,
): Promise<EngineChoice<Engine>> {
  if (asked !== null) return { engine: await load[asked](), fallbackNote: null }
  const failures: string[] = []
  for (const name of ['tensorflow', 'wasm'] as const) {
    try {
      return { engine: await load[name](), fallbackNote: noteOf(failures, name) }
    } catch (thrown) {
      if (!(thrown instanceof LabError && thrown.code === 'engine-unavailable')) throw thrown
      failures.push(thrown.message)
    }
  }
  return { engine: await load.cpu(), fallbackNote: noteOf(failures, 'cpu') }
}

/** What failed, and what runs instead. */
function noteOf(failures: readonly string[], name: EngineName): string | null {
  if (failures.length === 0 || name === 'tensorflow') return null
  const { label, cost } = slowerEngines[name]
  return `${failures.join(' ')} This runs on ${label} instead, ${cost}.`
}
