import { expect, test } from '@playwright/test'
import { heardSteps, recordSteps } from '../fixtures/event-recorder.ts'
import { attachOnFailure } from '../fixtures/failure-evidence.ts'
import { launchLab, temporaryFolder, type LaunchedLab } from '../fixtures/launch-lab.ts'
import { loggedSteps, readRunRecords } from '../fixtures/run-records.ts'
import { whileItMoves } from '../fixtures/while-it-moves.ts'
import { CompareScreen } from '../screens/compare-screen.ts'
import { RunsScreen } from '../screens/runs-screen.ts'
import { Shell } from '../screens/shell.ts'

const folder = temporaryFolder('sample')
const home = `${folder.path}/home`
let lab: LaunchedLab
let launchedAt = 0

/** 320 examples in batches of 16. */
const stepsPerEpoch = 20
/** Steps that are looked at. */
const liveSteps = 7 * stepsPerEpoch
/** What counts as live: half of the steps on screen within this time, and nine of ten within the other. */
const medianMs = 500
const soonMs = 2000

const sorted = (values: readonly number[]): number[] => [...values].sort((one, other) => one - other)
const middle = (values: readonly number[]): number => values[values.length >> 1]!

function countBy(values: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

test.describe.serial('the sample', () => {
  test.beforeAll(async () => {
    lab = await launchLab(home)
  })
  test.afterEach(async ({}, info) => attachOnFailure(lab, info))
  test.afterAll(async () => {
    await lab.close()
    folder.remove()
  })

  test('starts from Home with nothing imported before', async () => {
    const shell = new Shell(lab.window)
    await shell.open('home')
    await recordSteps(lab.window)
    await lab.window.getByTestId('try-sample').click()
    launchedAt = performance.now()
    await shell.expectView('runs')
    await expect(new RunsScreen(lab.window).rows).toHaveCount(6)
  })

  test('shows every step live, soon after it was taken', async () => {
    const runs = new RunsScreen(lab.window)
    const running = runs.rows.and(lab.window.locator('[data-status="running"]'))
    await expect(running).toHaveCount(1)
    const runId = (await running.getAttribute('data-run-id'))!
    const shownLosses = new Set<string>()
    await whileItMoves(`the page has heard of ${liveSteps} steps of run ${runId}`, async () => {
      shownLosses.add(await runs.lastLossOf(runId))
      const { length } = await heardSteps(lab.window, runId)
      return { isDone: length >= liveSteps, progress: length }
    })
    const heard = await heardSteps(lab.window, runId)
    // Every step, once, in order: the page listened before the run began.
    expect(heard.map(({ step }) => step)).toEqual(heard.map((_, index) => index + 1))
    expect(loggedSteps(home, runId).length).toBeGreaterThanOrEqual(heard.length)
    // Soon after each was taken, and a few at a time: steps that come together when an epoch ends would be more.
    const delays = sorted(heard.map(({ heardMs, takenMs }) => heardMs - takenMs))
    const atOnce = sorted([...countBy(heard.map(({ heardMs }) => heardMs)).values()])
    console.log(`steps heard of after ${middle(delays)} ms, ${middle(atOnce)} at once (medians)`)
    expect(middle(delays)).toBeLessThan(medianMs)
    expect(delays[Math.floor(delays.length * 0.9)]).toBeLessThan(soonMs)
    expect(middle(atOnce)).toBeLessThan(stepsPerEpoch / 2)
    // And the row shows them: as many different losses as a few looks a second can catch.
    expect(shownLosses.size).toBeGreaterThan(5)
  })

  test('finishes its first run within five minutes, and the comparison shows it', async () => {
    const runs = new RunsScreen(lab.window)
    const done = runs.rows.and(lab.window.locator('[data-status="done"]'))
    await whileItMoves('a run is done', async () => ({
      isDone: (await done.count()) > 0,
      progress: (await runs.rows.locator('[data-cell="last-loss"]').allInnerTexts()).join(' '),
    }))
    expect(performance.now() - launchedAt).toBeLessThan(300_000)
    const runId = (await done.first().getAttribute('data-run-id'))!
    const run = readRunRecords(home).find((record) => record.runId === runId)!
    expect(run.best!.value).toBeGreaterThan(0)
    await runs.compareStudy()
    const compare = new CompareScreen(lab.window)
    await expect(compare.rows.first()).toBeVisible()
    await expect(compare.charts.first()).toBeVisible()
    expect(lab.pageErrors).toEqual([])
  })
})
