import { describe, expect, it } from 'vitest'
import type { EngineName } from '@main/tensor-backend/choose-engine.ts'
import type { EngineInfo } from '@shared/results/run-summary.ts'
import {
  chosenEngine,
  engineCandidates,
  type EngineAttempt,
  type EngineFindings,
} from './engine-candidates.ts'

const info = (backend: EngineInfo['backend'], versions: Record<string, string>): EngineInfo => ({
  backend,
  mode: 'eager',
  versions: { node: '20.0.0', tfjs: '4.22.0', ...versions },
  device: 'a processor',
  threads: 2,
})
const loaded = (backend: EngineInfo['backend'], versions: Record<string, string> = {}): EngineAttempt => ({
  info: info(backend, versions),
  failure: null,
})
const failed = (message: string): EngineAttempt => ({
  info: null,
  failure: { code: 'engine-unavailable', message, hint: 'Do this.' },
})
const tensorflow = loaded('tensorflow-cpu', { tensorflow: '2.21.0' })
const noTensorflow = failed('TensorFlow could not be loaded: no such file.')

function findings(
  parts: Partial<EngineFindings['attempts']>,
  asked: EngineName | null = null,
): EngineFindings {
  const wasm = loaded('wasm', { wasm: '4.22.0' })
  return { attempts: { tensorflow, wasm, cpu: loaded('cpu'), ...parts }, asked, gpuCount: 0 }
}
/** `engine: state, version`, in order. */
const states = (found: EngineFindings): string[] =>
  engineCandidates(found).map(
    ({ backend, available, chosen, version }) =>
      `${backend}: ${chosen ? 'chosen' : available ? 'available' : 'not available'}, ${version ?? '–'}`,
  )
const messages = (found: EngineFindings): Record<string, string> =>
  Object.fromEntries(engineCandidates(found).map(({ backend, message }) => [backend, message]))

describe('the engines of lab doctor', () => {
  it('are four, of which the fastest is chosen', () => {
    expect(states(findings({}))).toEqual([
      'tensorflow-gpu: not available, –',
      'tensorflow-cpu: chosen, 2.21.0',
      'wasm: available, 4.22.0',
      'cpu: available, 4.22.0',
    ])
    expect(messages(findings({}))).toEqual({
      'tensorflow-gpu': 'No NVIDIA GPU was found (nvidia-smi answered nothing).',
      'tensorflow-cpu': '',
      wasm: expect.stringMatching(
        /^It is about \d+ times slower .*; LAB_ENGINE=wasm chooses it\.$/,
      ) as string,
      cpu: expect.stringMatching(/^It is about \d+ times slower .*; LAB_ENGINE=cpu chooses it\.$/) as string,
    })
  })

  it('name TensorFlow on the GPU where it computes there', () => {
    const onGpu = {
      ...findings({ tensorflow: loaded('tensorflow-gpu', { tensorflow: '2.21.0' }) }),
      gpuCount: 1,
    }

    expect(states(onGpu).slice(0, 2)).toEqual([
      'tensorflow-gpu: chosen, 2.21.0',
      'tensorflow-cpu: not available, –',
    ])
    expect(messages(onGpu)['tensorflow-cpu']).toBe('TensorFlow computes on the GPU here.')
  })

  it('say that a library for processors leaves a GPU unused', () => {
    expect(messages({ ...findings({}), gpuCount: 1 })['tensorflow-gpu']).toContain(
      'built for processors only',
    )
  })

  it('fall back in order, and say why', () => {
    const onWasm = findings({ tensorflow: noTensorflow })
    expect(chosenEngine(onWasm)).toBe('wasm')
    expect(messages(onWasm)).toMatchObject({
      'tensorflow-cpu': 'TensorFlow could not be loaded: no such file.',
      wasm: expect.stringMatching(
        /^No faster engine could be loaded; it is about \d+ times slower/,
      ) as string,
    })
    expect(chosenEngine(findings({ tensorflow: noTensorflow, wasm: failed('no') }))).toBe('cpu')
  })

  it('leave the choice to LAB_ENGINE', () => {
    const asked = findings({}, 'wasm')

    expect(states(asked).slice(1, 3)).toEqual(['tensorflow-cpu: available, 2.21.0', 'wasm: chosen, 4.22.0'])
    expect(messages(asked)).toMatchObject({
      'tensorflow-cpu': 'LAB_ENGINE asks for wasm.',
      wasm: 'LAB_ENGINE asks for it.',
    })
  })

  it('have none chosen when the one asked for is missing', () => {
    expect(chosenEngine(findings({ tensorflow: noTensorflow }, 'tensorflow'))).toBeNull()
  })
})
