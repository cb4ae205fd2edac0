import { describe, expect, it } from 'vitest'
import { LabError } from '@shared/failures/failure.ts'
import { inspectMachine } from './inspect-machine.ts'
import type { EngineInfo } from '@shared/results/run-summary.ts'

/** The engine of this name, as if it had been loaded. */
const loaded = (backend: EngineInfo['backend']): Promise<{ info: EngineInfo }> =>
  Promise.resolve({
    info: {
      backend,
      mode: 'eager',
      versions: { node: '20.0.0', tfjs: '4.22.0', wasm: '4.22.0' },
      device: 'a processor',
      threads: 1,
    },
  })

describe('lab doctor without TensorFlow', () => {
  const broken = new LabError('engine-unavailable', 'TensorFlow 2.9.1 was loaded.', 'Remove it.')

  it('advises what to do and reports the other engines', async () => {
    const report = await inspectMachine(
      '/',
      (name) => (name === 'tensorflow' ? Promise.reject(broken) : loaded(name)),
      {},
    )

    expect(report.engines.find(({ chosen }) => chosen)?.backend).toBe('wasm')
    expect(report.advice).toEqual(['TensorFlow 2.9.1 was loaded. Remove it.'])
    expect(report.versions).toMatchObject({ wasm: '4.22.0' })
  })

  it('says what is wrong with a wish for an engine that there is not', async () => {
    await expect(inspectMachine('/', () => loaded('cpu'), { LAB_ENGINE: 'torch' })).rejects.toMatchObject({
      code: 'invalid-argument',
    })
  })
})
