import { describe, expect, it } from 'vitest'
import { soakReport } from './soak-report.mjs'

const marks = { first: 200, last: 400 }
const run = (losses: number[], early: number, late: number) => ({
  losses,
  megabytes: { 200: early, 400: late },
})

describe('the report on runs that should be the same', () => {
  it('is content with equal losses and two percent more memory', () => {
    const { text, isFlat, isRepeated } = soakReport([run([1, 0.5], 100, 102), run([1, 0.5], 101, 100)], marks)

    expect({ isFlat, isRepeated }).toEqual({ isFlat: true, isRepeated: true })
    expect(text).toContain('All 2 losses are equal')
  })

  it('names the first step whose losses differ, however little', () => {
    const { text, isRepeated } = soakReport(
      [run([1, 0.3, 2], 100, 100), run([1, 0.1 + 0.2, 2], 100, 100)],
      marks,
    )

    expect(isRepeated).toBe(false)
    expect(text).toContain('first at step 2')
  })

  it('refuses runs of different length, growing memory, and sizes that are not known', () => {
    expect(soakReport([run([1, 2], 100, 100), run([1, 2, 3], 100, 100)], marks).isRepeated).toBe(false)
    expect(soakReport([run([1], 100, 104)], marks).isFlat).toBe(false)
    expect(soakReport([run([1], Number.NaN, 104)], marks).isFlat).toBe(false)
  })
})
