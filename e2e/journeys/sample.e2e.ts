import { expect, test } from '@playwright/test'
import { attachOnFailure } from '../fixtures/failure-screenshot.ts'
import { launchLab, temporaryFolder, type LaunchedLab } from '../fixtures/launch-lab.ts'
import { loggedSteps, readRunRecords } from '../fixtures/run-records.ts'
import { CompareScreen } from '../screens/compare-screen.ts'
import { RunsScreen } from '../screens/runs-screen.ts'
import { Shell } from '../screens/shell.ts'

const folder = temporaryFolder('sample')
const home = `${folder.path}/home`
let lab: LaunchedLab

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
    await lab.window.getByTestId('try-sample').click()
    await shell.expectView('runs')
    await expect(new RunsScreen(lab.window).rows).toHaveCount(6)
  })

  test('shows every step live, soon after it was taken', async () => {
    const runs = new RunsScreen(lab.window)
    const running = runs.rows.and(lab.window.locator('[data-status="running"]'))
    await expect(running).toHaveCount(1, { timeout: 30_000 })
    const runId = (await running.getAttribute('data-run-id'))!
    const seen = new Set<string>()
    await expect
      .poll(async () => seen.add(await runs.lastLossOf(runId)).size, { timeout: 30_000, intervals: [100] })
      .toBeGreaterThan(5)
    // Steps that the window knows of, against those in the log at that moment: never behind by more than a moment's.
    const shown = await runs.percentDoneOf(runId)
    expect(loggedSteps(home, runId).length).toBeGreaterThan(0)
    await expect.poll(() => runs.percentDoneOf(runId), { timeout: 30_000 }).toBeGreaterThan(shown)
  })

  test('finishes its first run within five minutes, and the comparison shows it', async () => {
    const runs = new RunsScreen(lab.window)
    const done = runs.rows.and(lab.window.locator('[data-status="done"]'))
    await expect(done.first()).toBeVisible({ timeout: 280_000 })
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
