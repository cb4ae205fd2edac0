import { describe, expect, it } from 'vitest'
import { LabError } from '@shared/failures/failure.ts'
import { chooseEngine, engineAskedFor, type EngineLoaders, type EngineName } from './choose-engine.ts'
import { checkTensorflowVersion } from './tensorflow-version.ts'

/** Loaders that answer their names; those that are missing fail, and all that were tried are noted. */
function loadersWithout(...missing: EngineName[]): { load: EngineLoaders<string>; tried: string[] } {
  const tried: string[] = []
  const loader = (name: EngineName) => (): Promise<string> => {
    tried.push(name)
    return missing.includes(name)
      ? Promise.reject(new LabError('engine-unavailable', `${name} could not be loaded: no such file.`))
      : Promise.resolve(name)
  }
  return { load: { tensorflow: loader('tensorflow'), wasm: loader('wasm'), cpu: loader('cpu') }, tried }
}

describe('the choice of an engine', () => {
  it('takes TensorFlow and tries nothing else where it loads', async () => {
    const { load, tried } = loadersWithout()

    expect(await chooseEngine(null, load)).toEqual({ engine: 'tensorflow', fallbackNote: null })
    expect(tried).toEqual(['tensorflow'])
  })

  it('falls back to WebAssembly, and says why and what it costs', async () => {
    const { engine, fallbackNote } = await chooseEngine(null, loadersWithout('tensorflow').load)

    expect(engine).toBe('wasm')
    expect(fallbackNote).toMatch(
      /^tensorflow could not be loaded: no such file\. This runs on WebAssembly instead, about \d+ times slower/,
    )
  })

  it('falls back to plain JavaScript when nothing else loads', async () => {
    const { load, tried } = loadersWithout('tensorflow', 'wasm')

    const { engine, fallbackNote } = await chooseEngine(null, load)

    expect(engine).toBe('cpu')
    expect(tried).toEqual(['tensorflow', 'wasm', 'cpu'])
    expect(fallbackNote).toMatch(/^tensorflow .* wasm could not be loaded.* plain JavaScript instead/)
  })

  it.each(['tensorflow', 'wasm', 'cpu'] as const)('loads %s alone when it is asked for', async (name) => {
    const { load, tried } = loadersWithout()

    expect(await chooseEngine(name, load)).toEqual({ engine: name, fallbackNote: null })
    expect(tried).toEqual([name])
  })

  it('never replaces an engine that was asked for', async () => {
    const { load, tried } = loadersWithout('tensorflow')

    await expect(chooseEngine('tensorflow', load)).rejects.toMatchObject({ code: 'engine-unavailable' })
    expect(tried).toEqual(['tensorflow'])
  })

  it('does not take a bug for a missing engine', async () => {
    const { load } = loadersWithout()
    const broken = { ...load, tensorflow: () => Promise.reject(new TypeError('a bug')) }

    await expect(chooseEngine(null, broken)).rejects.toThrow('a bug')
  })

  it('falls back from a TensorFlow of another version, with both versions in the note', async () => {
    const { load } = loadersWithout()
    const older = async (): Promise<string> => {
      checkTensorflowVersion('2.9.1')
      return Promise.resolve('tensorflow')
    }

    const { engine, fallbackNote } = await chooseEngine(null, { ...load, tensorflow: older })

    expect(engine).toBe('wasm')
    expect(fallbackNote).toContain(
      'TensorFlow 2.9.1 was loaded, but the binding is made for TensorFlow 2.21.x.',
    )
  })
})

describe('the engine asked for', () => {
  it.each([
    [{}, null],
    [{ LAB_ENGINE: '' }, null],
    [{ LAB_ENGINE: 'wasm' }, 'wasm'],
  ])('of %j is %j', (environment, name) => {
    expect(engineAskedFor(environment)).toBe(name)
  })

  it('must be one of the engines', () => {
    expect(() => engineAskedFor({ LAB_ENGINE: 'torch' })).toThrow(
      'LAB_ENGINE is "torch", but the engines are tensorflow, wasm, cpu.',
    )
  })
})
