import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { isFusionRequested, requestFusion } from './graph-fusion.ts'

const cache = mkdtempSync(join(tmpdir(), 'addrop-fusion-'))
afterAll(() => {
  rmSync(cache, { recursive: true })
})

/** The environment after a request. */
function requested(device: 'processor' | 'gpu', given: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const environment = { XDG_CACHE_HOME: cache, ...given }
  requestFusion(environment, device)
  return environment
}

describe('the request for fused loops', () => {
  it('leaves products to oneDNN on a processor and compiles all of a step on a GPU', () => {
    expect(requested('processor')['TF_XLA_FLAGS']).toContain('--tf_xla_ops_to_cluster=FUSIBLE')
    expect(requested('processor')['XLA_FLAGS']).toBeUndefined()
    expect(requested('gpu')['TF_XLA_FLAGS']).not.toContain('FUSIBLE')
    expect(requested('gpu')['XLA_FLAGS']).toContain('triton_gemm=false')
  })

  it('keeps compiled code of a GPU apart from that of a processor', () => {
    const [processor, gpu] = [requested('processor'), requested('gpu')].map(
      (environment) => /cache_directory=(.*)$/.exec(environment['TF_XLA_FLAGS']!)![1]!,
    )

    expect(gpu).not.toBe(processor)
    for (const folder of [gpu, processor])
      expect(dirname(folder!)).toBe(join(cache, 'addrop-lab', 'compiled'))
  })

  it('keeps flags that a person has set, and what else the compiler is told', () => {
    expect(requested('gpu', { TF_XLA_FLAGS: '--mine' })).toMatchObject({ TF_XLA_FLAGS: '--mine' })
    expect(requested('gpu', { XLA_FLAGS: '--mine' })['XLA_FLAGS']).toMatch(/triton_gemm=false --mine$/)
  })

  it('is known afterwards, also where a person’s own flags decide', () => {
    for (const device of ['processor', 'gpu'] as const) {
      expect(isFusionRequested(requested(device), device)).toBe(true)
      expect(isFusionRequested(requested(device, { LAB_FUSION: 'off' }), device)).toBe(false)
    }
    const withFlags = (flags: string): boolean => isFusionRequested({ TF_XLA_FLAGS: flags }, 'processor')
    expect(withFlags('--tf_xla_auto_jit=0')).toBe(false)
    expect(withFlags('--tf_xla_cpu_global_jit --tf_xla_auto_jit=2')).toBe(true)
    // Flags for a GPU, under a library that found none.
    expect(isFusionRequested(requested('gpu'), 'processor')).toBe(false)
  })

  it('asks for nothing where fusion is off', () => {
    for (const device of ['processor', 'gpu'] as const)
      expect(requested(device, { LAB_FUSION: 'off' })).toEqual({ XDG_CACHE_HOME: cache, LAB_FUSION: 'off' })
  })
})
