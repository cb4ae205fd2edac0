import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, type TestInfo } from '@playwright/test'
import { callLab } from '../fixtures/call-lab.ts'
import { dropFiles } from '../fixtures/drop-files.ts'
import { attachOnFailure } from '../fixtures/failure-evidence.ts'
import { launchLab, temporaryFolder, type LaunchedLab } from '../fixtures/launch-lab.ts'
import { pictures } from '../fixtures/pictures.ts'
import { LibraryScreen } from '../screens/library-screen.ts'
import { Shell } from '../screens/shell.ts'

const folder = temporaryFolder('data-forms')
let lab: LaunchedLab
let library: LibraryScreen

/** A folder with a training file and a small validation file. */
function dataFolder(name: string, file: string, train: string | Uint8Array): string {
  const path = join(folder.path, name)
  mkdirSync(path)
  writeFileSync(join(path, file), train)
  writeFileSync(join(path, 'dev.csv'), 'text,label\nfine,1\nbad,0\n')
  return path
}

const picturesOf = (name: string, info: TestInfo): Promise<void> =>
  pictures(lab, name, info, () => new Shell(lab.window).open('data'))

test.describe('data in the forms that spreadsheets and libraries write', () => {
  test.beforeAll(async () => {
    lab = await launchLab(join(folder.path, 'home'))
    library = new LibraryScreen(lab.window)
  })
  test.afterEach(async ({}, info) => attachOnFailure(lab, info))
  test.afterAll(async () => {
    await lab.close()
    folder.remove()
  })

  test('semicolons and quoted tabs are read, and the view says how', async ({}, info) => {
    await dropFiles(lab.window, [dataFolder('semicolons', 'train.csv', 'text;label\nwarm, kind;1\ndull;0\n')])
    await expect(library.datasets).toHaveCount(1)
    await expect(library.readingNotes).toContainText('separated by semicolons')

    const quoted = 'text\tlabel\n"she said ""go"""\t1\ndull\t0\n'
    await dropFiles(lab.window, [dataFolder('quoted', 'train.tsv', quoted)])
    await expect(library.datasets).toHaveCount(2)
    await expect(library.readingNotes).toContainText('the quotes around them were taken off')
    await expect(lab.window.getByTestId('example-row').first()).toContainText('she said "go"')
    await picturesOf('data-as-read', info)
  })

  test('another encoding is named, and read as advised at a click', async ({}, info) => {
    const line = Uint8Array.from(Buffer.from('eef7e5edfc20f5eef0eef8ee', 'hex'))
    const train = Buffer.concat([Buffer.from('text,label\n'), line, Buffer.from(',1\ndull,0\n')])
    await dropFiles(lab.window, [dataFolder('cyrillic', 'train.csv', train)])
    await expect(library.datasetFailure).toContainText('It looks like windows-1251')
    await picturesOf('data-advice', info)
    await library.readAsAdvised()
    await expect(library.datasets).toHaveCount(3)
    await expect(library.readingNotes).toContainText('windows-1251')
    await expect(lab.window.getByTestId('example-row').first()).toContainText('очень хорошо')
  })

  test('labels of two spellings are one when asked', async () => {
    await dropFiles(lab.window, [dataFolder('spellings', 'train.csv', 'text,label\na,1\nb,0\nc,1.0\n')])
    await expect(library.datasetFailure).toContainText('equal as numbers')
    await library.readAsAdvised()
    await expect(library.datasets).toHaveCount(4)
    await expect(library.readingNotes).toContainText('Merged into the label "1"')
    const datasets = await callLab(lab.window, 'dataset.list', undefined)
    expect(datasets.find(({ name }) => name === 'spellings')).toMatchObject({ labels: ['0', '1'] })
  })
})
