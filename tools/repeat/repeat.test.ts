import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { nextRepetition } from './repetition-plan.mjs'
import { readResults, reportText, writeResults } from './repetition-results.mjs'
import { namesOfFailures, slowestOf } from './report-details.mjs'

const folder = mkdtempSync(join(tmpdir(), 'lab-repeat-'))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('goes on after the repetitions that are done, each with a seed of its own', () => {
  const wanted = { unit: 2, desktop: 1 }
  expect(nextRepetition(wanted, [])).toEqual({ suite: 'unit', number: 1, seed: 1001 })
  expect(nextRepetition(wanted, [{ suite: 'unit', number: 1 }])).toEqual({
    suite: 'unit',
    number: 2,
    seed: 1002,
  })
  const units = [1, 2].map((number) => ({ suite: 'unit' as const, number }))
  expect(nextRepetition(wanted, units)).toMatchObject({ suite: 'desktop', number: 1 })
  expect(nextRepetition(wanted, [...units, { suite: 'desktop', number: 1 }])).toBeUndefined()
})

it('keeps results and shows failures by name', () => {
  const outcome = {
    suite: 'desktop' as const,
    number: 3,
    seed: 1003,
    startedAt: '2026-01-01T00:00:00.000Z',
    minutes: 4.04,
    isPassed: false,
    counts: '33 passed, 1 failed',
    failures: ['the app boots › shows a window'],
    slowest: [],
  }
  writeResults(folder, 'abc', [outcome])
  expect(readResults(folder)).toEqual([outcome])
  expect(reportText('abc', [outcome])).toContain(
    '| desktop | 3 | 1003 | 4.0 | 33 passed, 1 failed | the app boots › shows a window |',
  )
  expect(reportText('abc', [outcome])).toContain('1 repetitions, 1 with a failure')
})

it('finds failed and slow tests in a report of Vitest', () => {
  const report = {
    testResults: [
      {
        name: '/somewhere/src-main/a.test.ts',
        status: 'failed',
        startTime: 0,
        endTime: 2000,
        assertionResults: [
          { fullName: 'adds', status: 'failed' },
          { fullName: 'subtracts', status: 'passed' },
        ],
      },
      {
        name: '/somewhere/tools/b.test.ts',
        status: 'failed',
        startTime: 0,
        endTime: 500,
        assertionResults: [],
      },
    ],
  }
  expect(namesOfFailures(report)).toEqual(['src-main/a.test.ts: adds', 'tools/b.test.ts does not load'])
  expect(slowestOf(report, 1)).toEqual([{ name: 'src-main/a.test.ts', seconds: 2 }])
})

it('finds failed and slow tests in a report of Playwright, and none where there is no report', () => {
  const spec = (title: string, ok: boolean, duration: number) => ({
    title,
    ok,
    tests: [{ results: [{ duration }] }],
  })
  const report = {
    suites: [
      {
        title: 'boots.e2e.ts',
        suites: [{ title: 'the app', specs: [spec('opens', true, 40), spec('closes', false, 1234)] }],
      },
    ],
  }
  expect(namesOfFailures(report)).toEqual(['the app › closes'])
  expect(slowestOf(report, 5)).toEqual([
    { name: 'the app › closes', seconds: 1.2 },
    { name: 'the app › opens', seconds: 0 },
  ])
  expect(namesOfFailures(undefined)).toEqual([])
})
