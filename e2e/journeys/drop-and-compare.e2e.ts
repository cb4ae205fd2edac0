import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { seriousViolations } from '../fixtures/accessibility.ts'
import { callLab } from '../fixtures/call-lab.ts'
import { dropFiles } from '../fixtures/drop-files.ts'
import { attachOnFailure } from '../fixtures/failure-evidence.ts'
import { launchLab, temporaryFolder, type LaunchedLab } from '../fixtures/launch-lab.ts'
import { writeRteFolder } from '../fixtures/rte-folder.ts'
import { mean, readRunRecords, sampleStd, type RunRecordOnDisk } from '../fixtures/run-records.ts'
import { writeTinyCheckpoint } from '../fixtures/tiny-checkpoint.ts'
import { visitEveryView } from '../fixtures/visit-every-view.ts'
import { whileItMoves } from '../fixtures/while-it-moves.ts'
import { CompareScreen } from '../screens/compare-screen.ts'
import { LibraryScreen } from '../screens/library-screen.ts'
import { NewStudyScreen } from '../screens/new-study-screen.ts'
import { RunsScreen } from '../screens/runs-screen.ts'
import { Shell } from '../screens/shell.ts'

const folder = temporaryFolder('compare')
const home = join(folder.path, 'home')
let lab: LaunchedLab

const ofMethod = (kind: string): readonly RunRecordOnDisk[] =>
  readRunRecords(home).filter((run) => run.config.method.kind === kind)
const percent = (fraction: number): string => (100 * fraction).toFixed(1)
const bestScores = (runs: readonly RunRecordOnDisk[]): number[] => runs.map((run) => run.best!.value)
/** An epoch's seconds of training as if all its steps had been warm, reckoned apart from the app's own way. */
const warmTrainingSeconds = ({ seconds, steps, startUp }: RunRecordOnDisk['epochs'][number]): number =>
  ((seconds['total']! - seconds['evaluation']! - seconds['other']!) * steps) / (steps - (startUp?.steps ?? 0))

test.describe.serial('from dropped files to a finished comparison', () => {
  test.beforeAll(async () => {
    lab = await launchLab(home)
  })
  test.afterEach(async ({}, info) => attachOnFailure(lab, info))
  test.afterAll(async () => {
    await lab.close()
    folder.remove()
  })

  test('a GLUE folder dropped on the window becomes a data set', async () => {
    const path = writeRteFolder(join(folder.path, 'RTE'), { trainRows: 64, validationRows: 32 })
    const shell = new Shell(lab.window)
    await dropFiles(lab.window, [path], () => expect(shell.dropOverlay).toBeVisible())
    await shell.expectView('data')
    await expect(shell.dropOverlay).toHaveCount(0)
    const detail = new LibraryScreen(lab.window).datasetDetail
    await expect(detail).toContainText('RTE')
    await expect(detail).toContainText('64')
    await expect(detail).toContainText('32')
    const [dataset] = await callLab(lab.window, 'dataset.list', undefined)
    expect(dataset).toMatchObject({
      task: 'rte',
      labels: ['entailment', 'not_entailment'],
      splits: { train: { examples: 64 }, validation: { examples: 32 }, test: { examples: 8, labels: {} } },
      problems: [],
    })
  })

  test('a checkpoint folder dropped on the window becomes a checkpoint', async () => {
    const path = writeTinyCheckpoint(join(folder.path, 'tiny-bert'))
    await dropFiles(lab.window, [path])
    await new Shell(lab.window).expectView('checkpoints')
    await expect(new LibraryScreen(lab.window).checkpoints).toHaveCount(1)
    await expect(new LibraryScreen(lab.window).checkpoints).toContainText('tiny-bert')
  })

  test('every method can be planned from its card, and the form survives a reload', async ({}, info) => {
    // Two looks for accessibility faults at the longest form there is take most of a minute on two busy cores.
    test.setTimeout(240_000)
    const form = new NewStudyScreen(lab.window)
    await form.open()
    const kinds = await form.offeredMethods()
    const others = kinds.filter((kind) => kind !== 'fine-tuning' && kind !== 'ad-drop')
    expect(others.length).toBeGreaterThan(8)
    const violations: string[] = []
    for (const kind of others) {
      await form.openCard(kind)
      if (kind === others[0]) violations.push(...(await seriousViolations(lab.window, 'everything')))
      await form.addShownMethod()
    }
    await lab.window.getByTestId('fidelity-switches').locator('summary').click()
    violations.push(...(await seriousViolations(lab.window, 'everything')))
    expect(violations).toEqual([])
    // What the authors' scripts have for RTE.
    const [seeds, epochs, batches] = [3, 50, 64 / 16]
    await form.expectPlan(kinds.length * seeds, kinds.length * seeds * epochs * batches)
    const path = info.outputPath('new-study-every-method.png')
    await lab.window.screenshot({ path })
    await info.attach('new study, every method', { path, contentType: 'image/png' })

    await form.chooseRecipe('own')
    await expect(lab.window.getByTestId('own-recipes').locator('dt')).toHaveCount(kinds.length)
    await expect(lab.window.getByTestId('training-maxEpochs')).toHaveCount(0)
    await form.expectRuns(kinds.length * seeds)

    await lab.window.reload()
    await expect(form.methods).toHaveCount(kinds.length)
    await expect(lab.window.getByTestId('training-recipe')).toHaveValue('own')
    await form.startOver()
    await expect(form.methods).toHaveCount(2)
    expect(lab.pageErrors).toEqual([])
  })

  test('fine-tuning and AD-DROP over two seeds are launched from the form', async () => {
    const form = new NewStudyScreen(lab.window)
    await form.open()
    await form.fill({
      name: 'tiny',
      seeds: '1-2',
      batchSize: 8,
      maxEpochs: 2,
      maxLength: 32,
      learningRate: 0.005,
    })
    const chosen = await form.chosen()
    expect(chosen.datasetId).not.toBe('')
    expect(chosen.checkpointId).not.toBe('')
    await expect(form.methods).toHaveCount(2)
    await form.expectPlan(4, 4 * 2 * 8)
    await form.launch()
    await expect(new RunsScreen(lab.window).rows).toHaveCount(4)
  })

  test('the runs train one after the other, live, to the end', async () => {
    const runs = new RunsScreen(lab.window)
    await expect(runs.rows.and(lab.window.locator('[data-status="running"]'))).toHaveCount(1)
    await whileItMoves('all four runs are done', async () => {
      const items = await callLab(lab.window, 'run.list', undefined)
      return {
        isDone: items.every(({ status }) => status === 'done'),
        progress: items.map(({ status, step }) => `${status} ${step}`).join(', '),
      }
    })
    await expect(runs.rows.and(lab.window.locator('[data-status="done"]'))).toHaveCount(4)
    for (const run of readRunRecords(home)) expect(run.epochs.map(({ steps }) => steps)).toEqual([8, 8])
    expect(ofMethod('ad-drop').map(({ epochs }) => epochs.map(({ phase }) => phase))).toEqual([
      ['fine-tuning', 'regularized'],
      ['fine-tuning', 'regularized'],
    ])
  })

  test('the table agrees with the run folders: mean, std, n, difference, overhead', async () => {
    await new RunsScreen(lab.window).compareStudy()
    const compare = new CompareScreen(lab.window)
    await expect(compare.rows).toHaveCount(2)
    const [plain, dropped] = [ofMethod('fine-tuning'), ofMethod('ad-drop')]
    await expect(compare.row(/^\s*FT|fine-tuning/i)).toHaveAttribute('data-baseline', '')

    const plainRow = await compare.readRow(/^\s*FT|fine-tuning/i)
    expect(plainRow).toMatchObject({
      mean: percent(mean(bestScores(plain))),
      std: percent(sampleStd(bestScores(plain))),
      n: '2',
    })
    const droppedRow = await compare.readRow(/AD-DROP/)
    expect(droppedRow).toMatchObject({
      mean: percent(mean(bestScores(dropped))),
      std: percent(sampleStd(bestScores(dropped))),
      n: '2',
      stepFineTuning: expect.stringMatching(/\d/),
      stepRegularized: expect.stringMatching(/\d/),
      stepOverhead: `${mean(dropped.map(({ overhead }) => overhead.step!)).toFixed(2)}×`,
      epochOverhead: `${mean(dropped.map(({ overhead }) => overhead.epoch!)).toFixed(2)}×`,
    })
    for (const { epochs, overhead } of dropped)
      expect(overhead.epoch).toBeCloseTo(warmTrainingSeconds(epochs[1]!) / warmTrainingSeconds(epochs[0]!), 2)
    const difference = mean(bestScores(dropped)) - mean(bestScores(plain))
    expect(droppedRow.difference.replace('−', '-')).toContain(percent(Math.abs(difference)))
  })

  test('the curves are drawn, and their numbers are those of the run folders', async () => {
    const compare = new CompareScreen(lab.window)
    await compare.expectDrawnCurves(3, 2)
    const table = await compare.curveAsTable('Training loss')
    expect(table).toHaveLength(2)
    const expected = [1, 2].map((epoch) =>
      [ofMethod('fine-tuning'), ofMethod('ad-drop')].map((runs) =>
        mean(runs.map(({ epochs }) => epochs[epoch - 1]!.trainLoss)).toFixed(4),
      ),
    )
    for (const [index, means] of expected.entries())
      for (const value of means) expect(table[index]!.join(' ')).toContain(value)
  })

  test('the comparison is exported where the person wants it', async () => {
    const path = join(folder.path, 'table.csv')
    await lab.application.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
    }, path)
    await lab.window.getByTestId('export-csv').click()
    await expect(new Shell(lab.window).notices).toContainText(path)
    const answer = await callLab(lab.window, 'compare.groups', {
      ids: (await callLab(lab.window, 'study.list', undefined)).map(({ studyId }) => studyId),
      baseline: null,
    })
    expect(answer.groups).toHaveLength(2)
    expect(lab.pageErrors).toEqual([])
  })

  for (const theme of ['light', 'dark'] as const) {
    test(`every view shows it, ${theme}, and hides nothing from a screen reader`, async ({}, info) => {
      const runs = new RunsScreen(lab.window)
      await runs.open()
      await runs.openDetail(0)
      const ofDetail = await seriousViolations(lab.window, 'everything')
      const ofViews = await visitEveryView(lab.window, 'filled', theme, info)
      expect([...ofDetail, ...ofViews]).toEqual([])
      expect(lab.pageErrors).toEqual([])
    })
  }
})
