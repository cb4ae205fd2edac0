import { describe, expect, it } from 'vitest'
import type { Measurement } from '../measuring/interleaved-rounds.mjs'
import { sizes } from './sizes.mjs'
import { stepReport } from './step-report.mjs'
import { summarizeSteps } from './step-summary.mjs'

const times = (medianMs: number) => ({ medianMs, minMs: medianMs - 1, maxMs: medianMs + 2 })

function measurement(
  round: number,
  contender: string,
  answer: unknown,
  trouble: string | null = null,
): Measurement {
  const startedAt = '2026-01-01T00:00:00.000Z'
  return { round, contender, precision: 'float32', startedAt, seconds: 1, workOfOthers: 0, answer, trouble }
}

const lab = (round: number, medianMs: number) =>
  measurement(round, 'lab', { methods: { 'fine-tuning': times(medianMs) }, peakMemoryBytes: round * 2 ** 20 })
const way = (round: number, name: string, medianMs: number) =>
  measurement(round, name, { ...times(medianMs), matmulGflops: 100 + round, peakMemoryBytes: 7 * 2 ** 20 })
const methods = (round: number, plain: number, gradient: number) =>
  measurement(round, 'lab-methods', { methods: { 'fine-tuning': times(plain), gradient: times(gradient) } })

const rounds = [
  ...[lab(1, 50), methods(1, 50, 90), way(1, 'eager', 100), way(1, 'sdpa', 60)],
  // Backwards; this round sdpa was slowed down.
  ...[way(2, 'sdpa', 200), way(2, 'eager', 100), methods(2, 60, 102), lab(2, 54)],
  ...[lab(3, 52), methods(3, 50, 80), way(3, 'eager', 110), way(3, 'sdpa', 80)],
  measurement(1, 'compile-sdpa', null, 'no compiler'),
]

describe('the rounds of a step bench', () => {
  const [summary] = summarizeSteps(rounds)

  it('come to medians of medians, with the extremes of all steps', () => {
    expect(summary?.contenders.map(({ name, milliseconds }) => [name, milliseconds])).toEqual([
      ['lab', { median: 52, min: 49, max: 56, n: 3 }],
      ['eager', { median: 100, min: 99, max: 112, n: 3 }],
      ['sdpa', { median: 80, min: 59, max: 202, n: 3 }],
      ['compile-sdpa', undefined],
    ])
  })

  it('compare the lab with the way whose median of medians is least', () => {
    expect(summary?.fastestWay).toBe('sdpa')
    expect(summary?.ratio).toBeCloseTo(52 / 80)
    expect(summary?.ratioByRound).toEqual({ median: 52 / 80, min: 54 / 200, max: 50 / 60, n: 3 })
  })

  it('compare methods within each round', () => {
    const gradient = summary?.methods.find(({ name }) => name === 'gradient')
    expect(gradient?.ratio).toEqual({ median: 102 / 60, min: 80 / 50, max: 90 / 50, n: 3 })
  })

  it('keep the most memory of all rounds, and who failed', () => {
    expect(summary?.contenders[0]?.peakMemoryBytes).toBe(3 * 2 ** 20)
    expect(summary?.troubles).toEqual(['compile-sdpa failed: no compiler'])
  })

  it('stand in the tables', () => {
    const text = stepReport(sizes['tiny']!, summarizeSteps(rounds), 'cuda')
    expect(text).toMatch(/float32 \(TF32\) +median ms/)
    expect(text).toMatch(/PyTorch sdpa \* +80\.0 +59\.0 +202\.0/)
    expect(text).toMatch(/PyTorch compile-sdpa +— +— +—/)
    expect(text).toContain('lab / fastest PyTorch (* sdpa): ×0.650, by round 0.270 to 0.833 (n = 3)')
    expect(text).toMatch(/gradient +90\.0 +79\.0 +104\.0 +1\.70 +1\.60–1\.80/)
    expect(text).toContain('compile-sdpa failed: no compiler')
  })

  it('give no ratio without the lab or without PyTorch', () => {
    const without = (name: string) => summarizeSteps(rounds.filter(({ contender }) => contender !== name))[0]
    expect(without('lab')?.ratio).toBeUndefined()
    const alone = summarizeSteps([lab(1, 50)])[0]
    expect([alone?.ratio, alone?.ratioByRound, alone?.fastestWay]).toEqual([undefined, undefined, undefined])
  })
})
