import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { inScope } from '@main/ml/tensors/in-scope.ts'
import { loadWasm } from './load-wasm.ts'
import { limitMemory } from './memory-limit.ts'

describe('the memory of WebAssembly', () => {
  it('ends with an error, not with wrong numbers, and can be used again', async () => {
    await loadWasm()
    const kept: object[] = []
    // reason: memory that is never written to costs nothing; only the backend itself can be asked for it.
    const backend = tf.backend() as unknown as {
      makeOutput(shape: number[], dtype: 'float32'): { dataId: object }
      disposeData(dataId: object): boolean
    }
    const gibibyte = (): void => {
      kept.push(backend.makeOutput([2 ** 28], 'float32').dataId)
    }

    expect(() => {
      for (let i = 0; i < 4; i++) gibibyte()
    }).toThrow(/failed to allocate 1073741824 bytes.*3\.5 GiB/)

    expect(kept).toHaveLength(3)
    kept.forEach((dataId) => backend.disposeData(dataId))
    expect(inScope(() => tf.add([1, 2], 1).dataSync())).toEqual(Float32Array.of(2, 3))
  })

  it('does not take the address 0 of a failed allocation for a place', () => {
    const freed: number[] = []
    const addresses = [64, 0]
    const heap = { _malloc: () => addresses.shift()!, _free: (address: number) => void freed.push(address) }

    limitMemory(heap)

    expect(() => heap._malloc()).toThrow('failed to allocate')
    expect(freed).toEqual([64, 0])
  })
})
