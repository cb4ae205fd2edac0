import { expect, it } from 'vitest'
import { sizeFlags, sizes, stepGflop } from './sizes.mjs'

it('counts the products of a step: forward, and twice that backward', () => {
  // By hand for MiniLM-L6: 3 · 2,048 tokens · 6 layers · (2 · (4 · 384² + 2 · 384 · 1,536) + 4 · 64 · 384).
  expect(stepGflop(sizes['minilm-l6']!)).toBeCloseTo(134.08, 1)
  expect(stepGflop(sizes['bert-base']!)).toBeCloseTo(1072.7, 0)
})

it('writes a size as the flags of both sides', () => {
  expect(sizeFlags(sizes['tiny']!).join(' ')).toBe(
    '--layers 2 --hidden 64 --heads 4 --intermediate 256 --vocab 1000 --batch 4 --length 16',
  )
})
