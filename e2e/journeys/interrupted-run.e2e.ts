import { expect, test } from '@playwright/test'
import { callLab } from '../fixtures/call-lab.ts'
import { attachOnFailure } from '../fixtures/failure-evidence.ts'
import { launchLab, temporaryFolder, type LaunchedLab } from '../fixtures/launch-lab.ts'
import { enginePid, loggedSteps, readRunRecord } from '../fixtures/run-records.ts'
import { untilStatus, untilSteps } from '../fixtures/run-waits.ts'
import { importSmallLibrary, launchOneRun, type SmallLibrary } from '../fixtures/small-study.ts'
import { RunsScreen } from '../screens/runs-screen.ts'

const folder = temporaryFolder('interrupted')
const home = `${folder.path}/home`
let lab: LaunchedLab
let library: SmallLibrary

/** Every step from 1 to the last is in the log; steps after the last checkpoint may stand there twice. */
function expectNoStepIsMissing(runId: string, lastStep: number): void {
  const steps = new Set(loggedSteps(home, runId))
  expect([...steps].sort((a, b) => a - b)).toEqual(Array.from({ length: lastStep }, (_, index) => index + 1))
}

/** A traced step of the tiny model takes milliseconds: long enough to be interrupted. */
const epochs = 60
const steps = epochs * 16

test.describe('a run that is interrupted', () => {
  test.beforeAll(async () => {
    lab = await launchLab(home)
    library = await importSmallLibrary(lab, folder.path)
  })
  test.afterEach(async ({}, info) => attachOnFailure(lab, info))
  test.afterAll(async () => {
    await lab.close()
    folder.remove()
  })

  test('engine killed: the run is interrupted, the app lives, resuming finishes it', async () => {
    const runId = await launchOneRun(lab.window, library, epochs)
    await untilSteps(lab.window, runId, 18)
    process.kill(enginePid(home, runId), 'SIGKILL')
    const runs = new RunsScreen(lab.window)
    await runs.open()
    await runs.expectStatus(runId, 'interrupted')
    await runs.resume(runId)
    await untilStatus(lab.window, runId, 'done')
    await runs.expectStatus(runId, 'done')
    expect(readRunRecord(home, runId).epochs).toHaveLength(epochs)
    expectNoStepIsMissing(runId, steps)
  })

  test('window reloaded mid-run: nothing is lost and the row goes on', async () => {
    const runId = await launchOneRun(lab.window, library, epochs)
    await untilSteps(lab.window, runId, 4)
    await lab.window.reload()
    const runs = new RunsScreen(lab.window)
    await runs.open()
    const before = await runs.percentDoneOf(runId)
    await expect.poll(() => runs.percentDoneOf(runId), { timeout: 30_000 }).toBeGreaterThan(before)
    await untilStatus(lab.window, runId, 'done')
    await runs.expectStatus(runId, 'done')
    expectNoStepIsMissing(runId, steps)
    const curve = await callLab(lab.window, 'run.steps', { runId, buckets: 1000 })
    expect(curve.map(({ step }) => step)).toEqual(Array.from({ length: steps }, (_, index) => index + 1))
  })

  test('app killed: after a new launch the run is there, interrupted and resumable', async () => {
    const runId = await launchOneRun(lab.window, library, epochs)
    await untilSteps(lab.window, runId, 20)
    const listed = (await callLab(lab.window, 'run.list', undefined)).length
    lab.application.process().kill('SIGKILL')
    lab = await launchLab(home)
    expect(await callLab(lab.window, 'run.list', undefined)).toHaveLength(listed)
    await untilStatus(lab.window, runId, 'interrupted')
    const runs = new RunsScreen(lab.window)
    await runs.open()
    await runs.expectStatus(runId, 'interrupted')
    await runs.resume(runId)
    await untilStatus(lab.window, runId, 'done')
    expectNoStepIsMissing(runId, steps)
  })

  test('app quit while a run trains: the run is paused with a checkpoint within 15 seconds', async () => {
    const runId = await launchOneRun(lab.window, library, 200)
    await untilSteps(lab.window, runId, 4)
    const begin = performance.now()
    await lab.close()
    expect(performance.now() - begin).toBeLessThan(15_000)
    expect(readRunRecord(home, runId).status).toMatch(/paused|interrupted/)
    lab = await launchLab(home)
    await untilStatus(lab.window, runId, 'paused', 'interrupted')
    await callLab(lab.window, 'run.control', { runId, action: 'cancel' })
  })
})
