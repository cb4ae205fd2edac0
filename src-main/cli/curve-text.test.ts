import { describe, expect, it } from 'vitest'
import { curveText } from './curve-text.ts'

const curve = (mark: string, values: readonly number[]) => ({
  label: mark,
  mark,
  points: values.map((value, index) => ({ epoch: index + 1, value })),
})

describe('curveText', () => {
  it('puts the highest value on the first line, the lowest on the last, and labels both', () => {
    const lines = curveText('Loss', [curve('o', [0.9, 0.1])], new Set(), 2).split('\n')

    expect(lines[1]).toMatch(/^0\.90 │ {2}o/)
    expect(lines[10]).toMatch(/^0\.10 │ {8}o/)
  })

  it('marks regularized epochs under the axis', () => {
    const lines = curveText('Loss', [curve('o', [3, 2, 1])], new Set([2]), 1).split('\n')

    expect(lines.at(-1)).toMatch(/1 +2R +3 .*R: regularized epoch/)
  })

  it('shows where two curves meet, and survives equal values', () => {
    expect(curveText('Loss', [curve('o', [1, 1]), curve('x', [1, 1])], new Set(), 1)).toContain('*')
  })

  it('draws nothing without points', () => {
    expect(curveText('Loss', [curve('o', [])], new Set(), 1)).toBe('')
  })
})
