import { describe, expect, it } from 'vitest'
import type { Measurement } from '../measuring/interleaved-rounds.mjs'
import { epochReport, summarizeEpochs } from './epoch-report.mjs'

function measurement(round: number, contender: string, seconds: number, paddedTokens: number, tokens = 900) {
  const answer = { seconds, tokens, paddedTokens, trainLoss: 0.6, peakMemoryBytes: 2 ** 30 }
  const facts = { round, contender, precision: 'float32', startedAt: '', seconds: 99, workOfOthers: 0 }
  return { ...facts, answer, trouble: null } satisfies Measurement
}

const rounds = [
  measurement(1, 'lab', 4, 50),
  measurement(1, 'pytorch-dynamic', 5, 300),
  measurement(2, 'pytorch-dynamic', 6, 340),
  measurement(2, 'lab', 5, 50),
]

describe('the rounds of an epoch bench', () => {
  it('come to times, speeds, padding and ratios', () => {
    const [lab, torch] = summarizeEpochs(rounds, 45)
    expect(lab).toMatchObject({ seconds: { median: 4.5, n: 2 }, examplesPerSecond: 10, ratio: 1 })
    expect(lab?.paddingShare).toBeCloseTo(100 / 1900)
    expect(torch?.ratio).toBeCloseTo(4.5 / 5.5)
    expect(torch?.paddingShare).toBeCloseTo(640 / 2440)
  })

  it('stand in the table', () => {
    const text = epochReport(summarizeEpochs(rounds, 45), rounds)
    expect(text).toMatch(/pytorch-dynamic +5\.50 +5\.00 +6\.00 +8\.2 +26\.2 +0\.818 +0\.600 +1024/)
    expect(text).not.toContain('NOT the same work')
  })

  it('are refused as a comparison when both sides read different text', () => {
    const other = [...rounds, measurement(1, 'pytorch-static', 7, 700, 800)]
    expect(epochReport(summarizeEpochs(other, 45), other)).toContain('NOT the same work')
  })

  it('show who failed', () => {
    const failed = { ...measurement(1, 'lab', 0, 0), answer: null, trouble: 'out of memory' }
    const text = epochReport(summarizeEpochs([failed], 45), [failed])
    expect(text).toMatch(/lab +—/)
    expect(text).toContain('lab, float32 failed: out of memory')
  })
})
