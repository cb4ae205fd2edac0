import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { seriousViolations } from '../fixtures/accessibility.ts'
import { attachOnFailure } from '../fixtures/failure-evidence.ts'
import { launchLab, temporaryFolder, type LaunchedLab } from '../fixtures/launch-lab.ts'
import { finishedPicture } from '../fixtures/visit-every-view.ts'

const folder = temporaryFolder('data-folder')
let lab: LaunchedLab

test.describe.serial('a data folder that cannot be used', () => {
  const home = join(folder.path, 'no-permission')
  const another = join(folder.path, 'another')

  test.beforeAll(async () => {
    mkdirSync(home)
    mkdirSync(another)
    // A folder that the user may not write to; root may, so as root a file stands in its place.
    if (process.getuid?.() === 0) writeFileSync(join(home, 'file'), '')
    else chmodSync(home, 0o555)
    lab = await launchLab(process.getuid?.() === 0 ? join(home, 'file') : home)
  })
  test.afterEach(async ({}, info) => attachOnFailure(lab, info))
  test.afterAll(async () => {
    await lab.close()
    chmodSync(home, 0o755)
    folder.remove()
  })

  for (const theme of ['light', 'dark'] as const)
    test(`is said in the window with the step that helps, ${theme}`, async ({}, info) => {
      await lab.window.emulateMedia({ colorScheme: theme })
      const problem = lab.window.getByTestId('data-folder-problem')
      await expect(problem).toContainText('Could not write to')
      await expect(problem).toContainText('LAB_HOME')
      await expect(problem.getByTestId('choose-home')).toBeVisible()
      await expect(lab.window.locator('html')).toHaveAttribute('data-theme', theme)
      expect(await seriousViolations(lab.window, 'everything')).toEqual([])
      const path = info.outputPath(`data-folder-${theme}.png`)
      writeFileSync(path, await finishedPicture(lab.window))
      await info.attach(`data folder ${theme}`, { path, contentType: 'image/png' })
    })

  test('a chosen folder that cannot be used either is refused, and nothing is started again', async () => {
    const file = join(folder.path, 'a-file')
    writeFileSync(file, '')
    await chooseInDialog(join(file, 'home'))
    await lab.window.getByTestId('choose-home').click()
    const problem = lab.window.getByTestId('data-folder-problem')
    await expect(problem.getByRole('alert').nth(1)).toContainText('a part of the path is a file')
    expect(await isRelaunched()).toBeNull()
  })

  test('another folder is chosen, and the app starts again with it', async () => {
    await chooseInDialog(another)
    const closed = lab.application.waitForEvent('close')
    await lab.window.getByTestId('choose-home').click()
    await closed
    expect(lab.mainLog()).toContain(`relaunched with ${another}`)
    lab = await launchLab(another)
    await expect(lab.window.getByTestId('data-folder-problem')).toHaveCount(0)
    await expect(lab.window.getByTestId('try-sample')).toBeVisible()
    expect(existsSync(join(another, 'logs'))).toBe(false)
  })
})

/** What a test cannot press: the system's dialog; and what it must not do: start a second app. */
async function chooseInDialog(path: string): Promise<void> {
  await lab.application.evaluate(({ app, dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] })
    app.relaunch = () => {
      Object.assign(globalThis, { relaunchedWith: process.env['LAB_HOME'] })
      process.stderr.write(`relaunched with ${process.env['LAB_HOME']}\n`)
    }
  }, path)
}

const isRelaunched = (): Promise<string | null> =>
  lab.application.evaluate(() => (globalThis as { relaunchedWith?: string }).relaunchedWith ?? null)
