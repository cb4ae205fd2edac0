import { join } from 'node:path'
import { expect, test, type TestInfo } from '@playwright/test'
import { callLab } from '../fixtures/call-lab.ts'
import { attachOnFailure, attachScreen } from '../fixtures/failure-evidence.ts'
import { launchLab, temporaryFolder, type LaunchedLab } from '../fixtures/launch-lab.ts'
import { expectLogged, PlannedFaults } from '../fixtures/planned-faults.ts'
import { untilStatus, untilSteps } from '../fixtures/run-waits.ts'
import { importSmallLibrary, launchOneRun } from '../fixtures/small-study.ts'
import { chooseTheme } from '../fixtures/visit-every-view.ts'
import { RunsScreen } from '../screens/runs-screen.ts'
import { Shell } from '../screens/shell.ts'

const folder = temporaryFolder('uncaught')
const home = join(folder.path, 'home')
const faults = new PlannedFaults(join(folder.path, 'faults'))
let lab: LaunchedLab
let runId: string

const appLog = join(home, 'logs', 'app.log')
const engineLog = (): string => join(home, 'runs', runId, 'engine.log')
const stepOf = async (): Promise<number> => (await callLab(lab.window, 'run.show', { runId })).item.step

/** A picture of the window, and one of the whole screen, on which a dialog of the system would be. */
async function attachPictures(name: string, info: TestInfo): Promise<void> {
  const path = info.outputPath(`${name}.png`)
  await lab.window.screenshot({ path })
  await info.attach(name, { path, contentType: 'image/png' })
  await attachScreen(info)
}

test.describe.serial('what nobody caught', () => {
  test.beforeAll(async () => {
    lab = await launchLab(home, faults.variables)
    const library = await importSmallLibrary(lab, folder.path)
    runId = await launchOneRun(lab.window, library, 1000)
  })
  test.afterEach(async ({}, info) => attachOnFailure(lab, info))
  test.afterAll(async () => {
    await lab.close()
    folder.remove()
  })

  for (const part of ['main', 'thread'])
    for (const kind of ['exception', 'rejection'])
      test(`${kind} in the ${part}: told in the window, which can be used; the run goes on`, async ({}, info) => {
        await untilSteps(lab.window, runId, 1)
        const before = await stepOf()
        const fault = `${part}-${kind}`
        await faults.cause(fault)
        const shell = new Shell(lab.window)
        await expect(shell.notices.getByRole('alert')).toContainText(`planned: ${fault}`)
        await expect(shell.notices.getByTestId('notice-show-log')).toBeVisible()
        await expect(shell.notices.getByTestId('notice-restart')).toBeVisible()
        await expectLogged(appLog, fault)
        await shell.open('data')
        await untilSteps(lab.window, runId, before + 3)
        if (fault === 'main-exception')
          for (const theme of ['light', 'dark'] as const) {
            await chooseTheme(lab.window, theme)
            await attachPictures(`uncaught-${theme}`, info)
          }
        await shell.dismissNotices()
      })

  test('“Show log” shows the app’s log', async () => {
    await lab.application.evaluate(({ shell }) => {
      shell.showItemInFolder = (path) => Object.assign(globalThis, { shownPath: path })
    })
    await faults.cause('main-exception')
    const shell = new Shell(lab.window)
    await shell.notices.getByTestId('notice-show-log').click()
    const shownPath = (): Promise<unknown> =>
      lab.application.evaluate(() => (globalThis as { shownPath?: string }).shownPath)
    await expect.poll(shownPath).toBe(appLog)
    await shell.dismissNotices()
  })

  for (const kind of ['exception', 'rejection'])
    test(`${kind} in the engine: the run pauses with a checkpoint, says why, and goes on when resumed`, async () => {
      await untilStatus(lab.window, runId, 'running')
      await untilSteps(lab.window, runId, (await stepOf()) + 1)
      const fault = `engine-${kind}`
      await faults.cause(fault)
      const shell = new Shell(lab.window)
      await expect(shell.notices).toContainText(`planned: ${fault}`)
      await untilStatus(lab.window, runId, 'interrupted')
      await expectLogged(engineLog(), fault)
      const stopped = await stepOf()
      const runs = new RunsScreen(lab.window)
      await runs.open()
      await runs.resume(runId)
      await untilSteps(lab.window, runId, stopped + 3)
      await shell.dismissNotices()
    })

  test('the lab thread ends: it is started again, told in the window, and the run can be resumed', async () => {
    await untilStatus(lab.window, runId, 'running')
    await faults.cause('thread-exit')
    const shell = new Shell(lab.window)
    await expect(shell.notices.getByRole('alert')).toContainText('was started again')
    await untilStatus(lab.window, runId, 'interrupted')
    const stopped = await stepOf()
    const runs = new RunsScreen(lab.window)
    await runs.open()
    await runs.resume(runId)
    await untilSteps(lab.window, runId, stopped + 3)
    await shell.dismissNotices()
  })

  test('the lab thread ends again and again: it stays down, and “Restart” restarts the app', async ({}, info) => {
    const shell = new Shell(lab.window)
    for (let death = 2; death <= 4; death += 1) {
      await faults.cause('thread-exit')
      await expect(shell.notices).toContainText(death < 4 ? 'was started again' : 'stays down')
      // The next file is for the next thread, which answers calls once it listens.
      if (death < 4) await untilStatus(lab.window, runId, 'interrupted', 'running')
    }
    await shell.open('data')
    await attachPictures('thread-stays-down', info)
    await lab.application.evaluate(({ app }) => {
      app.relaunch = () => Object.assign(globalThis, { isRelaunched: true })
      app.once('will-quit', () =>
        process.stderr.write(`relaunched: ${(globalThis as { isRelaunched?: boolean }).isRelaunched}\n`),
      )
    })
    const closed = lab.application.waitForEvent('close')
    await shell.notices.getByTestId('notice-restart').click()
    await closed
    expect(lab.mainLog()).toContain('relaunched: true')
  })
})
