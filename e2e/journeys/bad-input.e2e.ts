import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { callLab } from '../fixtures/call-lab.ts'
import { dropFiles } from '../fixtures/drop-files.ts'
import { attachOnFailure } from '../fixtures/failure-evidence.ts'
import { launchLab, temporaryFolder, type LaunchedLab } from '../fixtures/launch-lab.ts'
import { writeRteFolder } from '../fixtures/rte-folder.ts'
import { seededRandom } from '../fixtures/seeded-random.ts'
import { writeTinyCheckpoint } from '../fixtures/tiny-checkpoint.ts'
import { LibraryScreen } from '../screens/library-screen.ts'
import { Shell } from '../screens/shell.ts'

const folder = temporaryFolder('bad-input')
let lab: LaunchedLab
let library: LibraryScreen
let shell: Shell

/** Whatever the app says about a drop, wherever it says it: exactly one message. */
async function messageAfterDrop(path: string): Promise<string> {
  await dropFiles(lab.window, [path])
  const alerts = lab.window.getByRole('alert')
  await expect(alerts).toHaveCount(1)
  const text = await alerts.innerText()
  const dismiss = alerts.getByRole('button', { name: /^Dismiss/ })
  await dismiss.click()
  await expect(alerts).toHaveCount(0)
  return text
}

async function expectNothingRegistered(): Promise<void> {
  expect(await callLab(lab.window, 'dataset.list', undefined)).toEqual([])
  expect(await callLab(lab.window, 'checkpoint.list', undefined)).toEqual([])
}

test.describe('bad input gets one clear message and registers nothing', () => {
  test.beforeAll(async () => {
    lab = await launchLab(join(folder.path, 'home'))
    library = new LibraryScreen(lab.window)
    shell = new Shell(lab.window)
  })
  test.afterEach(async ({}, info) => attachOnFailure(lab, info))
  test.afterAll(async () => {
    await lab.close()
    folder.remove()
  })

  test('a binary file', async () => {
    const random = seededRandom(3)
    const path = join(folder.path, 'picture.tsv')
    writeFileSync(
      path,
      Uint8Array.from({ length: 4096 }, () => Math.floor(random() * 256)),
    )
    expect(await messageAfterDrop(path)).toMatch(/picture\.tsv is not a text file/)
    await expectNothingRegistered()
  })

  test('an empty file', async () => {
    const path = join(folder.path, 'train.tsv')
    writeFileSync(path, '')
    expect(await messageAfterDrop(path)).toMatch(/train\.tsv is empty/)
    await expectNothingRegistered()
  })

  test('a folder that is neither a data set nor a checkpoint', async () => {
    const path = join(folder.path, 'holiday')
    mkdirSync(path)
    writeFileSync(join(path, 'notes.txt'), 'sun and sea\n')
    expect(await messageAfterDrop(path)).toMatch(/holiday/)
    await expectNothingRegistered()
  })

  test('a checkpoint whose weights are cut off', async () => {
    const path = writeTinyCheckpoint(join(folder.path, 'cut-off'), { isTruncated: true })
    expect(await messageAfterDrop(path)).toMatch(/model\.safetensors/)
    await expectNothingRegistered()
  })

  test('a checkpoint of an unknown architecture', async () => {
    const path = writeTinyCheckpoint(join(folder.path, 'unknown'))
    writeFileSync(join(path, 'config.json'), JSON.stringify({ model_type: 'mystery-net' }))
    expect(await messageAfterDrop(path)).toMatch(/mystery-net/)
    await expectNothingRegistered()
  })

  test('a row with a missing column: named with file and row, and left out at a person’s wish', async () => {
    const path = writeRteFolder(join(folder.path, 'RTE'), {
      trainRows: 64,
      validationRows: 32,
      brokenLine: 12,
    })
    await dropFiles(lab.window, [path])
    await shell.expectView('data')
    const rows = await library.problemRows()
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatch(/train\.tsv:12\b/)
    await expectNothingRegistered()
    await library.leaveProblemRowsOut()
    await expect(library.datasets).toHaveCount(1)
    await expect(library.datasetDetail).toContainText('1 row left out')
    const [dataset] = await callLab(lab.window, 'dataset.list', undefined)
    expect(dataset).toMatchObject({ skippedRows: 1, splits: { train: { examples: 63 } } })
  })

  test('the app has seen no error of its own meanwhile', () => {
    expect(lab.pageErrors).toEqual([])
    expect(lab.mainLog()).not.toMatch(/ error (app|lab): /)
  })
})
