import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { cudaVariables } from './cuda-libraries.mjs'
import { firstGpuIn } from './gpu-device.mjs'
import { enginesOf, fileForSize } from './gpu-flags.mjs'

it('reads the first GPU off what the driver says', () => {
  expect(firstGpuIn('NVIDIA H100 80GB HBM3, 81559 MiB, 580.159.04\nNVIDIA T4, 1 MiB, 1\n')).toBe(
    'NVIDIA H100 80GB HBM3, 81559 MiB, driver 580.159.04',
  )
  expect(firstGpuIn('No devices were found\n')).toBeUndefined()
})

it("leads the lab to TensorFlow's and CUDA's libraries first", () => {
  const nvidia = mkdtempSync(join(tmpdir(), 'addrop-bench-test-'))
  try {
    for (const name of ['cudnn/lib', 'cublas/lib', 'cuda_nvcc/bin'])
      mkdirSync(join(nvidia, name), { recursive: true })
    expect(cudaVariables('/site/tensorflow', nvidia, { LD_LIBRARY_PATH: '/own', XLA_FLAGS: '--a' })).toEqual({
      LD_LIBRARY_PATH: `/site/tensorflow:${nvidia}/cublas/lib:${nvidia}/cudnn/lib:/own`,
      XLA_FLAGS: `--a --xla_gpu_cuda_data_dir=${nvidia}/cuda_nvcc`,
    })
    expect(cudaVariables('/t', nvidia, {})['LD_LIBRARY_PATH']).not.toMatch(/:$/)
  } finally {
    rmSync(nvidia, { recursive: true })
  }
})

it('keeps the rounds of each size in a file of its own', () => {
  expect(fileForSize('out/results.json', 'bert-base')).toBe('out/results.bert-base.json')
  expect(fileForSize(undefined, 'bert-base')).toBeUndefined()
})

it('names the engines of the lab, whether told as a word or as a description', () => {
  const answers = [
    { engine: 'tensorflow-gpu' },
    { engine: { backend: 'tensorflow-cpu' } },
    { torch: '2' },
    null,
  ]
  expect(enginesOf(answers.map((answer) => ({ answer })))).toEqual(['tensorflow-gpu', 'tensorflow-cpu'])
})
