import { expect, test, type TestInfo } from '@playwright/test'
import { seriousViolations } from '../fixtures/accessibility.ts'
import { attachOnFailure } from '../fixtures/failure-screenshot.ts'
import { launchLab, temporaryFolder, type LaunchedLab } from '../fixtures/launch-lab.ts'
import { importSmallLibrary, launchSmallComparison } from '../fixtures/small-study.ts'
import { RunsScreen } from '../screens/runs-screen.ts'
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

/** Takes a picture of each view and answers the accessibility violations found. */
async function visitEveryView(
  state: string,
  appearances: readonly ('light' | 'dark')[],
  info: TestInfo,
): Promise<readonly string[]> {
  const violations: string[] = []
  for (const appearance of appearances) {
    await setAppearance(appearance)
    for (const view of viewNames) {
      await new Shell(lab.window).open(view)
      await expect(lab.window.getByRole('heading', { level: 1 })).toBeVisible()
      // Charts draw at most five times a second.
      await lab.window.waitForTimeout(250)
      const path = info.outputPath(`${state}-${view}-${appearance}.png`)
      await lab.window.screenshot({ path })
      await info.attach(`${state} ${view} ${appearance}`, { path, contentType: 'image/png' })
      const found = await seriousViolations(lab.window)
      violations.push(...found.map((violation) => `${view}, ${appearance}: ${violation}`))
    }
  }
  return violations
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

  test('empty: every view says what to do first', async ({}, info) => {
    expect(await visitEveryView('empty', ['light'], info)).toEqual([])
  })

  test('filled: every view in both themes', async ({}, info) => {
    const library = await importSmallLibrary(lab.window, folder.path)
    await launchSmallComparison(lab.window, library)
    const runs = new RunsScreen(lab.window)
    await runs.open()
    const done = runs.rows.and(lab.window.locator('[data-status="done"]'))
    await expect(done).toHaveCount(4, { timeout: 90_000 })
    await runs.compareStudy()
    await runs.open()
    await runs.openDetail(0)
    expect(await visitEveryView('filled', ['light', 'dark'], info)).toEqual([])
  })

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
