import { expect, test } from '@playwright/test'
import { attachOnFailure } from '../fixtures/failure-evidence.ts'
import { launchLab, temporaryFolder, type LaunchedLab } from '../fixtures/launch-lab.ts'
import { chooseTheme, visitEveryView } from '../fixtures/visit-every-view.ts'

const folder = temporaryFolder('views')
const home = `${folder.path}/home`
let lab: LaunchedLab

test.describe('every view before anything was added', () => {
  test.beforeAll(async () => {
    lab = await launchLab(home)
  })
  test.afterEach(async ({}, info) => attachOnFailure(lab, info))
  test.afterAll(async () => {
    await lab.close()
    folder.remove()
  })

  test('is whole, and hides nothing from a screen reader', async ({}, info) => {
    expect(await visitEveryView(lab.window, 'empty', 'light', info)).toEqual([])
  })

  test('the appearance is remembered by the next launch, and the window’s first colour follows it', async () => {
    await chooseTheme(lab.window, 'dark')
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
