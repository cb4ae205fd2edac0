import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { seriousViolations } from '../fixtures/accessibility.ts'
import { callLab } from '../fixtures/call-lab.ts'
import { attachOnFailure } from '../fixtures/failure-evidence.ts'
import { launchLab, temporaryFolder, type LaunchedLab } from '../fixtures/launch-lab.ts'
import { pictures } from '../fixtures/pictures.ts'
import { importSmallLibrary } from '../fixtures/small-study.ts'
import { whileItMoves } from '../fixtures/while-it-moves.ts'
import { CompareScreen } from '../screens/compare-screen.ts'
import { NewStudyScreen } from '../screens/new-study-screen.ts'
import { RunsScreen } from '../screens/runs-screen.ts'
import { Shell } from '../screens/shell.ts'

const folder = temporaryFolder('diverging')
let lab: LaunchedLab

test.describe.serial('a study whose runs diverge', () => {
  test.beforeAll(async () => {
    lab = await launchLab(join(folder.path, 'home'))
  })
  test.afterEach(async ({}, info) => attachOnFailure(lab, info))
  test.afterAll(async () => {
    await lab.close()
    folder.remove()
  })

  test('every run ends with the reason, the cause and the step that helps', async ({}, info) => {
    await importSmallLibrary(lab, folder.path, 32)
    const form = new NewStudyScreen(lab.window)
    await form.open()
    await form.fill({
      name: 'too fast',
      seeds: '1-2',
      batchSize: 8,
      maxEpochs: 2,
      maxLength: 32,
      learningRate: 1e30,
    })
    await form.launch()
    await whileItMoves('every run has ended', async () => {
      const items = await callLab(lab.window, 'run.list', undefined)
      return {
        isDone: items.length > 0 && items.every(({ status }) => status === 'failed'),
        progress: items.map(({ status, step }) => `${status} ${step}`).join(', '),
      }
    })
    const runs = new RunsScreen(lab.window)
    await runs.open()
    await runs.openDetail(0)
    const failure = lab.window.getByTestId('run-detail').getByTestId('failure')
    await expect(failure).toHaveAttribute('data-code', 'loss-not-finite')
    await expect(failure).toContainText('Lower training.learningRate')
    await failure.getByText('What is loss-not-finite?').click()
    await expect(failure).toContainText('A learning rate that is too high')
    expect(await seriousViolations(lab.window, 'everything')).toEqual([])
    await pictures(lab, 'diverged-run', info, async () => {
      await runs.open()
      await runs.openDetail(0)
    })
  })

  test('the comparison shows no score for them, and says why', async ({}, info) => {
    const runs = new RunsScreen(lab.window)
    await runs.open()
    await runs.compareStudy()
    const compare = new CompareScreen(lab.window)
    await expect(compare.rows).toHaveCount(2)
    for (const row of await compare.rows.all()) {
      await expect(row.locator('[data-cell="mean"]')).toHaveText('—')
      await expect(row.locator('[data-cell="n"]')).toContainText('0')
    }
    await expect(lab.window.locator('main')).toContainText('2 of 2 runs failed and are not counted')
    await pictures(lab, 'diverged-comparison', info, () => new Shell(lab.window).open('compare'))
    expect(lab.pageErrors).toEqual([])
  })
})
