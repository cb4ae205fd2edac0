import { describe, expect, it } from 'vitest'
import { closingLine, countPlaywright, countVitest, judgeRunner, sumCounts } from './counts.mjs'

const vitestReport = {
  numPassedTests: 7,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 1,
  testResults: [],
}

describe('counting tests', () => {
  it('adds up all runners and closes with one line', () => {
    const sum = sumCounts([
      { passed: 3, failed: 0, skipped: 0 },
      { passed: 4, failed: 2, skipped: 0 },
    ])

    expect(closingLine(sum)).toBe('7 passed, 2 failed')
  })

  it('names skipped tests only when there are some', () => {
    expect(closingLine({ passed: 1, failed: 0, skipped: 2 })).toBe('1 passed, 0 failed, 2 skipped')
  })

  it('counts skipped and planned tests of Vitest as skipped', () => {
    expect(countVitest(vitestReport)).toEqual({ passed: 7, failed: 0, skipped: 2 })
  })

  it('counts a test file that does not load as one failure', () => {
    const testResults = [
      { status: 'failed', assertionResults: [] },
      { status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'passed' }] },
    ]

    expect(countVitest({ ...vitestReport, numFailedTests: 1, testResults }).failed).toBe(2)
  })

  it('counts flaky desktop tests and errors outside tests as failures', () => {
    const report = { stats: { expected: 5, unexpected: 1, flaky: 1, skipped: 0 }, errors: [{}] }

    expect(countPlaywright(report)).toEqual({ passed: 5, failed: 3, skipped: 0 })
  })

  it.each([
    ['left no report', undefined, true, { passed: 0, failed: 1, skipped: 0 }],
    ['ran no test', { passed: 0, failed: 0, skipped: 4 }, true, { passed: 0, failed: 1, skipped: 4 }],
    [
      'crashed after its tests',
      { passed: 3, failed: 0, skipped: 0 },
      false,
      { passed: 3, failed: 1, skipped: 0 },
    ],
    ['said what failed', { passed: 3, failed: 2, skipped: 0 }, false, { passed: 3, failed: 2, skipped: 0 }],
    ['passed', { passed: 3, failed: 0, skipped: 0 }, true, { passed: 3, failed: 0, skipped: 0 }],
  ])('judges a runner that %s', (_what, counts, ok, expected) => {
    expect(judgeRunner(counts, ok)).toEqual(expected)
  })
})
