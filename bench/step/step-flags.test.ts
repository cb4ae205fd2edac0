import { describe, expect, it } from 'vitest'
import { readFlags } from '../command/flags.mjs'
import { chosenContenders, chosenMethods, chosenSize, stepFlags } from './step-flags.mjs'

const read = (...args: string[]) => readFlags(args, stepFlags)

describe('the flags of the step bench', () => {
  it('change parts of a preset', () => {
    expect(chosenSize(read('--size', 'bert-base', '--batch', '8'))).toMatchObject({
      layers: 12,
      hidden: 768,
      batch: 8,
    })
  })

  it('refuse heads of uneven size', () => {
    expect(() => chosenSize(read('--hidden', '100', '--heads', '3'))).toThrow(/not a multiple/)
  })

  it('let everybody take part, CUDA graphs on a GPU only', () => {
    const everybody = ['lab', 'lab-methods', 'eager', 'sdpa', 'compile-eager', 'compile-sdpa']
    expect(chosenContenders(read(), 'cpu')).toEqual(everybody)
    expect(chosenContenders(read(), 'cuda')).toEqual([...everybody, 'compile-sdpa:reduce-overhead'])
    expect(chosenContenders(read('--no-compile'), 'cuda')).toEqual(['lab', 'lab-methods', 'eager', 'sdpa'])
  })

  it('refuse an empty field', () => {
    expect(() => chosenContenders(read('--no-compile', '--contenders', 'compile-sdpa'), 'cpu')).toThrow(
      /nobody/,
    )
  })

  it('always measure fine-tuning among the methods', () => {
    expect(chosenMethods(read('--methods', 'gradient'))).toEqual(['fine-tuning', 'gradient'])
    expect(chosenMethods(read())).toEqual(['fine-tuning', 'random', 'attention', 'gradient'])
  })
})
