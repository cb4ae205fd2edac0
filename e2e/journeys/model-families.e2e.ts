import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { seriousViolations } from '../fixtures/accessibility.ts'
import { callLab } from '../fixtures/call-lab.ts'
import { dropFiles } from '../fixtures/drop-files.ts'
import { repositoryFolder } from '../fixtures/electron-location.ts'
import { attachOnFailure } from '../fixtures/failure-evidence.ts'
import { launchLab, temporaryFolder, type LaunchedLab } from '../fixtures/launch-lab.ts'
import { pictures } from '../fixtures/pictures.ts'
import { writeRteFolder } from '../fixtures/rte-folder.ts'
import { NewStudyScreen } from '../screens/new-study-screen.ts'
import { Shell } from '../screens/shell.ts'

const folder = temporaryFolder('families')
const families = ['bert', 'distilbert', 'electra', 'roberta'] as const
let lab: LaunchedLab

/** The tiny model that the reference values of a family were computed with. */
function checkpointOf(family: (typeof families)[number]): string {
  const path = join(folder.path, `tiny-${family}`)
  cpSync(join(repositoryFolder, 'src-main/parity/testing', `${family}-tiny`, 'model'), path, {
    recursive: true,
  })
  return path
}

test.describe.serial('checkpoints of every model family', () => {
  test.beforeAll(async () => {
    lab = await launchLab(join(folder.path, 'home'))
  })
  test.afterEach(async ({}, info) => attachOnFailure(lab, info))
  test.afterAll(async () => {
    await lab.close()
    folder.remove()
  })

  test('are registered, each with its class, its tokenizer and its layers', async ({}, info) => {
    await dropFiles(lab.window, families.map(checkpointOf))
    const cards = lab.window.getByTestId('checkpoint-row')
    await expect(cards).toHaveCount(families.length)
    const registered = await callLab(lab.window, 'checkpoint.list', undefined)
    expect(registered.map(({ config }) => config.modelType).sort()).toEqual([...families])
    await expect(cards.filter({ hasText: 'tiny-roberta' })).toContainText('Byte-level BPE')
    await expect(cards.filter({ hasText: 'tiny-electra' })).toContainText('WordPiece')
    expect(await seriousViolations(lab.window, 'everything')).toEqual([])
    await pictures(lab, 'family-cards', info, () => new Shell(lab.window).open('checkpoints'))
  })

  test('are refused by name where the family is none that is trained', async ({}, info) => {
    const path = join(folder.path, 'deberta')
    mkdirSync(path)
    writeFileSync(join(path, 'config.json'), JSON.stringify({ model_type: 'deberta-v2', vocab_size: 30 }))
    writeFileSync(join(path, 'model.safetensors'), '')
    await dropFiles(lab.window, [path])
    const failure = lab.window.getByTestId('checkpoint-failure')
    await expect(failure).toContainText('deberta-v2')
    await expect(failure).toContainText('roberta')
    await pictures(lab, 'family-refused', info, () => new Shell(lab.window).open('checkpoints'))
  })

  test('offer their own layers and longest input in the form', async ({}, info) => {
    await dropFiles(lab.window, [
      writeRteFolder(join(folder.path, 'RTE'), { trainRows: 16, validationRows: 8 }),
    ])
    await new Shell(lab.window).expectView('data')
    const form = new NewStudyScreen(lab.window)
    await form.open()
    // RoBERTa's positions begin behind its padding id: two of its 16 are none.
    const positions = { bert: 13, distilbert: 13, electra: 13, roberta: 14 }
    for (const { config, checkpointId } of await callLab(lab.window, 'checkpoint.list', undefined)) {
      await lab.window.getByTestId('study-checkpoint').selectOption(checkpointId)
      await expect(form.plan).toContainText(`has ${positions[config.modelType]} positions`)
    }
    await pictures(lab, 'family-study', info, () => form.open())
  })
})
