import { expect, test } from '@playwright/test'
import { seriousViolations } from '../fixtures/accessibility.ts'
import { callLab } from '../fixtures/call-lab.ts'
import { attachOnFailure } from '../fixtures/failure-screenshot.ts'
import { launchLab, temporaryFolder, type LaunchedLab } from '../fixtures/launch-lab.ts'
import { importSmallLibrary, launchSmallComparison } from '../fixtures/small-study.ts'
import { Shell, viewNames } from '../screens/shell.ts'

const folder = temporaryFolder('views')
const home = `${folder.path}/home`
let lab: LaunchedLab

async function setAppearance(appearance: 'light' | 'dark'): Promise<void> {
  const shell = new Shell(lab.window)
  await shell.open('settings')
  await lab.window.getByTestId(`appearance-${appearance}`).click()
  await expect(lab.window.locator('html')).toHaveAttribute('data-theme', appearance)
}

test.describe('every view, light and dark', () => {
  test.beforeAll(async () => {
    lab = await launchLab(home)
  })
  test.afterEach(async ({}, info) => attachOnFailure(lab, info))
  test.afterAll(async () => {
    await lab.close()
    folder.remove()
  })

  for (const state of ['empty', 'filled'] as const) {
    test(`${state}: looks whole, and hides nothing from a screen reader`, async ({}, info) => {
      if (state === 'filled') {
        const library = await importSmallLibrary(lab.window, folder.path)
        const studyId = await launchSmallComparison(lab.window, library)
        await expect
          .poll(async () => (await callLab(lab.window, 'queue.state', undefined)).runningRunId, {
            timeout: 60_000,
          })
          .toBeNull()
        expect(studyId).not.toBe('')
      }
      const violations: string[] = []
      for (const appearance of ['light', 'dark'] as const) {
        await setAppearance(appearance)
        for (const view of viewNames) {
          await new Shell(lab.window).open(view)
          await lab.window.waitForTimeout(250)
          const path = info.outputPath(`${state}-${view}-${appearance}.png`)
          await lab.window.screenshot({ path })
          await info.attach(`${state} ${view} ${appearance}`, { path, contentType: 'image/png' })
          const found = await seriousViolations(lab.window)
          violations.push(...found.map((violation) => `${view}, ${appearance}: ${violation}`))
        }
      }
      expect(violations).toEqual([])
    })
  }

  test('the appearance is remembered by the next launch, and the window’s first colour follows it', async () => {
    await setAppearance('dark')
    await lab.close()
    lab = await launchLab(home)
    await expect(lab.window.locator('html')).toHaveAttribute('data-theme', 'dark')
    const background = await lab.application.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]!.getBackgroundColor(),
    )
    expect(background.toLowerCase()).toBe('#131618')
    expect(lab.pageErrors).toEqual([])
  })
})
