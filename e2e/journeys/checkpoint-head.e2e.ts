import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, type TestInfo } from '@playwright/test'
import { seriousViolations } from '../fixtures/accessibility.ts'
import { callLab } from '../fixtures/call-lab.ts'
import { dropFiles } from '../fixtures/drop-files.ts'
import { attachOnFailure } from '../fixtures/failure-evidence.ts'
import { launchLab, temporaryFolder, type LaunchedLab } from '../fixtures/launch-lab.ts'
import { pictures } from '../fixtures/pictures.ts'
import { writeRteFolder } from '../fixtures/rte-folder.ts'
import { writeTinyCheckpoint } from '../fixtures/tiny-checkpoint.ts'
import { LibraryScreen } from '../screens/library-screen.ts'
import { NewStudyScreen } from '../screens/new-study-screen.ts'
import { Shell, type ViewName } from '../screens/shell.ts'

const folder = temporaryFolder('head')
let lab: LaunchedLab

/** A view dark, light and narrow. */
const picturesOf = (view: ViewName, name: string, info: TestInfo): Promise<void> =>
  pictures(lab, name, info, () => new Shell(lab.window).open(view))

test.describe.serial('a checkpoint with a classifier', () => {
  test.beforeAll(async () => {
    lab = await launchLab(join(folder.path, 'home'))
  })
  test.afterEach(async ({}, info) => attachOnFailure(lab, info))
  test.afterAll(async () => {
    await lab.close()
    folder.remove()
  })

  test('says on its card what was checked and when its classifier is reused', async ({}, info) => {
    const path = writeTinyCheckpoint(join(folder.path, 'swapped'), {
      labels: ['not_entailment', 'entailment'],
    })
    await dropFiles(lab.window, [path])
    await new Shell(lab.window).expectView('checkpoints')
    const card = new LibraryScreen(lab.window).checkpoints
    await expect(card).toContainText(
      '2 outputs (not_entailment, entailment). Reused by runs whose data have these labels, in any order',
    )
    await card.getByText('What was checked').click()
    await expect(card).toContainText('values are finite')
    expect(await seriousViolations(lab.window, 'everything')).toEqual([])
    await picturesOf('checkpoints', 'checkpoint-card', info)
  })

  test('says in the form, before the launch, what a run makes of it', async ({}, info) => {
    const data = writeRteFolder(join(folder.path, 'RTE'), { trainRows: 16, validationRows: 8 })
    await dropFiles(lab.window, [data])
    await new Shell(lab.window).expectView('data')
    const form = new NewStudyScreen(lab.window)
    await form.open()
    const notes = lab.window.getByTestId('plan-notes')
    await expect(notes).toContainText(
      'is reused: its labels are entailment, not_entailment, which it has in the order not_entailment, entailment',
    )
    await picturesOf('new-study', 'plan-note', info)
  })

  test('is kept out with the one step that helps when a file is a pointer', async ({}, info) => {
    const path = writeTinyCheckpoint(join(folder.path, 'cloned'))
    const digest = 'ab'.repeat(32)
    writeFileSync(
      join(path, 'model.safetensors'),
      `version https://git-lfs.github.com/spec/v1\noid sha256:${digest}\nsize 90868376\n`,
    )
    await dropFiles(lab.window, [path])
    await new Shell(lab.window).expectView('checkpoints')
    await expect(lab.window.getByTestId('checkpoint-failure')).toContainText('Git LFS pointer')
    await picturesOf('checkpoints', 'checkpoint-failure', info)
    const text = await new LibraryScreen(lab.window).readCheckpointFailure()
    expect(text).toContain('git lfs pull')
    expect(await callLab(lab.window, 'checkpoint.list', undefined)).toHaveLength(1)
  })

  test('is kept out when a weight is not finite', async () => {
    const path = writeTinyCheckpoint(join(folder.path, 'diverged'))
    const bytes = readFileSync(join(path, 'model.safetensors'))
    bytes.writeUInt32LE(0x7fc00000, bytes.length - 4)
    writeFileSync(join(path, 'model.safetensors'), bytes)
    await dropFiles(lab.window, [path])
    const text = await new LibraryScreen(lab.window).readCheckpointFailure()
    expect(text).toMatch(/is NaN, which is not finite/)
  })
})
