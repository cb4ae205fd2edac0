import { expect, it } from 'vitest'
import { instructionsIn } from './machine.mjs'

it('names the instructions that matter, of a processor that has them', () => {
  const information =
    'model name\t: Some Processor\nflags\t\t: fpu avx2 avx512f avx512_bf16x amx_bf16\nbugs\t\t: x\n'
  expect(instructionsIn(information)).toEqual(['avx2', 'avx512f', 'amx_bf16'])
  expect(instructionsIn('')).toEqual([])
})
