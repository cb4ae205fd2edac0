import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildFakeEngine } from '@main/engine-client/testing/build-fake-engine.ts'
import { RunFolder } from '@main/storage/run-folder.ts'
import { studyConfig, type StudyConfigInput } from '@shared/config/study-config.ts'
import type { LabEvent } from '@shared/contracts/lab-contract.ts'
import type { FailureCode } from '@shared/failures/failure.ts'
import { createLab } from './create-lab.ts'
import type { Lab, LabOptions } from './lab.ts'
import { unlockRun } from './run-unlock.ts'
import { writeTinyCheckpoint, writeTinyRte } from './testing/tiny-checkpoint.ts'

let root = ''
let enginePath = ''
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'lab-services-'))
  enginePath = await buildFakeEngine(root)
  writeTinyCheckpoint(join(root, 'tiny'))
  writeTinyRte(join(root, 'RTE'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

let home = ''
const labs: Lab[] = []
beforeEach(() => {
  home = mkdtempSync(join(root, 'home-'))
})
afterEach(async () => {
  await Promise.all(labs.splice(0).map((lab) => lab.close()))
})

function open(options: Partial<LabOptions> = {}) {
  const lab = createLab({
    home,
    enginePath,
    sampleFolder: join(root, 'sample'),
    version: '0.0.0',
    ...options,
  })
  labs.push(lab)
  const events: LabEvent[] = []
  lab.onEvent((event) => events.push(event))
  return { lab, events }
}
const aStudy = (overrides: Partial<StudyConfigInput> = {}, base: Record<string, unknown> = {}) => ({
  study: studyConfig.parse({
    schemaVersion: 1,
    name: 'two seeds',
    base: {
      schemaVersion: 1,
      checkpoint: 'tiny',
      dataset: 'RTE',
      task: 'rte',
      training: { maxEpochs: 2, maxLength: 32 },
      ...base,
    },
    grid: { 'training.seed': [1, 2] },
    ...overrides,
  }),
})
const inRoot = () => ({ baseFolder: root })
const statuses = async (lab: Lab) =>
  Object.fromEntries((await lab.runs.list()).map((item) => [item.name, item.status]))
const runFolders = () => {
  try {
    return readdirSync(join(home, 'runs'))
  } catch {
    return []
  }
}
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; !(await condition()); waited += 10) {
    if (waited > 20_000) throw new Error('The condition never came true.')
    await sleep(10)
  }
}

describe('a study', () => {
  it('is carried out run by run, from paths, with resolved references in the records', async () => {
    const { lab, events } = open()

    const { studyId, runIds } = await lab.studies.launch(aStudy(), inRoot())
    await lab.queue.idle()

    expect(await lab.studies.list()).toMatchObject([{ studyId, name: 'two seeds', runIds }])
    const items = await lab.runs.list()
    expect(items.map((item) => [item.status, item.seed, item.studyName, item.step, item.totalSteps])).toEqual(
      [
        ['done', 2, 'two seeds', 10, 10],
        ['done', 1, 'two seeds', 10, 10],
      ],
    )
    const [dataset] = await lab.datasets.list()
    const [checkpoint] = await lab.checkpoints.list()
    expect(RunFolder.open(home, runIds[0] ?? '').read()).toMatchObject({
      dataset: { datasetId: dataset?.datasetId, contentSha256: dataset?.contentSha256 },
      checkpoint: { checkpointId: checkpoint?.checkpointId, folder: join(root, 'tiny') },
      config: { dataset: dataset?.datasetId, checkpoint: checkpoint?.checkpointId },
      queuePosition: null,
    })
    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1))
    const steps = events.flatMap((event) =>
      event.type === 'run-events' ? event.events.filter(({ type }) => type === 'step') : [],
    )
    expect(steps).toHaveLength(20)
    expect(events.filter((event) => event.type === 'queue-changed').at(-1)).toMatchObject({
      queue: { runningRunId: null, queuedRunIds: [] },
    })
  })

  it('goes on with the next run when one fails', async () => {
    const { lab } = open()

    await lab.studies.launch(
      aStudy({
        grid: {},
        points: [
          { name: '[diverge] a' },
          { name: '[crash] b', 'training.seed': 2 },
          { name: 'c', 'training.seed': 3 },
        ],
      }),
      inRoot(),
    )
    await lab.queue.idle()

    expect(await statuses(lab)).toEqual({ '[diverge] a': 'failed', '[crash] b': 'failed', c: 'done' })
  })

  it('stops starting engines after three of them died, until a person says go', async () => {
    const { lab } = open()
    const points = ['a', 'b', 'c', 'd', 'e'].map((name, index) => ({
      name: index < 3 ? `[crash] ${name}` : name,
      'training.seed': index,
    }))

    await lab.studies.launch(aStudy({ grid: {}, points }), inRoot())
    await lab.queue.idle()

    expect(await statuses(lab)).toMatchObject({ '[crash] c': 'failed', d: 'queued', e: 'queued' })
    expect(await lab.queue.state()).toMatchObject({ paused: true })
    expect(lab.queue.trouble()).toContain('Three engine processes died')

    await lab.queue.setPaused({ paused: false })
    await lab.queue.idle()
    expect(await statuses(lab)).toMatchObject({ d: 'done', e: 'done' })
    expect(lab.queue.trouble()).toBeNull()
  })

  it('resumes with its unfinished runs only', async () => {
    const { lab } = open()
    const points = [{ name: '[die once] a' }, { name: 'b', 'training.seed': 2 }]
    const { studyId, runIds } = await lab.studies.launch(aStudy({ grid: {}, points }), inRoot())
    await lab.queue.idle()
    expect(await statuses(lab)).toEqual({ '[die once] a': 'interrupted', b: 'done' })

    expect(await lab.queue.resume(studyId)).toEqual([runIds[0]])
    await lab.queue.idle()

    expect(await statuses(lab)).toEqual({ '[die once] a': 'done', b: 'done' })
    const points2 = await lab.runs.steps({ runId: runIds[0] ?? '', buckets: 100 })
    expect(points2.map((point) => point.step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  it('is planned without launching anything, and with a time once there is a comparable run', async () => {
    const { lab } = open()

    const before = await lab.studies.plan(aStudy(), inRoot())
    expect(before).toMatchObject({ runs: [{ seed: 1 }, { seed: 2 }], steps: 4, seconds: null })
    expect(runFolders()).toEqual([])

    await lab.studies.launch(aStudy(), inRoot())
    await lab.queue.idle()
    const after = await lab.studies.plan(aStudy(), inRoot())
    // 2 runs × 2 epochs × (1 step of 10 ms + evaluation and other of 10 ms each)
    expect(after.seconds?.[0]).toBeCloseTo(0.12)
    expect(after.seconds?.[1]).toBeCloseTo(0.12)
  })
})

describe('launching validates everything before the first run folder', () => {
  it.each<[string, Record<string, unknown>, Record<string, (string | number)[]>, FailureCode, RegExp]>([
    [
      'a p outside (0, 1)',
      {},
      { 'method.kind': ['ad-drop'], 'method.candidateRegionRatio': [0.3, 1.5] },
      'invalid-config',
      /candidateRegionRatio.*1\.5/,
    ],
    ['an unknown key', { learningRat: 1 }, {}, 'invalid-config', /learningRat/],
    [
      'a layer that does not exist',
      { method: { kind: 'ad-drop', layers: [0, 5] } },
      {},
      'invalid-config',
      /layer 5.*2 layers/,
    ],
    ['too long inputs', { training: { maxLength: 100 } }, {}, 'invalid-config', /100.*64 tokens/],
    ['another task', { task: 'mrpc' }, {}, 'task-mismatch', /./],
    ['a data set that is not there', { dataset: 'nowhere' }, {}, 'not-found', /nowhere/],
    ['a checkpoint that is not there', { checkpoint: 'nowhere' }, {}, 'not-found', /nowhere/],
    ['a folder that is no checkpoint', { checkpoint: 'RTE' }, {}, 'checkpoint-unrecognized', /RTE/],
  ])('refuses %s', async (_what, base, grid, code, message) => {
    const { lab } = open()
    const study = aStudy({ grid: { ...grid, 'training.seed': [1, 2] } }, base)

    await expect(lab.studies.launch(study, inRoot())).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    })
    expect(runFolders()).toEqual([])
    expect(await lab.studies.list()).toEqual([])
  })

  it('refuses a checkpoint whose weights changed since it was registered', async () => {
    const { lab } = open()
    const folder = join(home, 'changing')
    writeTinyCheckpoint(folder)
    const { checkpointId } = await lab.checkpoints.import({ path: folder })
    writeFileSync(join(folder, 'model.safetensors'), 'other')

    await expect(
      lab.studies.launch(aStudy({}, { checkpoint: checkpointId }), inRoot()),
    ).rejects.toMatchObject({ code: 'checkpoint-changed' })
    expect(runFolders()).toEqual([])
  })
})

describe('a run', () => {
  const slow = (name = '[slow] a') => aStudy({ grid: {}, points: [{ name }] })
  const running = async (lab: Lab, runId: string) =>
    until(async () => ((await lab.runs.show({ runId })).item.step ?? 0) > 0)

  it('is paused, resumed and then finished', async () => {
    const { lab } = open()
    const { runIds } = await lab.studies.launch(slow(), inRoot())
    const runId = runIds[0] ?? ''
    await running(lab, runId)

    await lab.runs.control({ runId, action: 'pause' })
    await lab.queue.idle()
    const paused = await lab.runs.show({ runId })
    expect(paused.item).toMatchObject({ status: 'paused' })

    expect(await lab.runs.control({ runId, action: 'resume' })).toMatchObject({ status: 'queued' })
    await lab.queue.idle()
    expect((await lab.runs.show({ runId })).item).toMatchObject({ status: 'done', step: 10 })
  })

  it('whose engine is killed reads as interrupted, and the lab lives on', async () => {
    const { lab } = open()
    const { runIds } = await lab.studies.launch(slow(), inRoot())
    const runId = runIds[0] ?? ''
    await running(lab, runId)

    lab.runs.kill(runId)
    await lab.queue.idle()

    expect((await lab.runs.show({ runId })).item.status).toBe('interrupted')
    expect(await lab.runs.control({ runId, action: 'cancel' })).toMatchObject({ status: 'cancelled' })
  })

  describe('whose engine hangs', () => {
    const hung = async (): Promise<{ lab: Lab; runId: string }> => {
      const { lab, events } = open({ heartbeatTimeoutMs: 2000 })
      const study = aStudy({ grid: {}, points: [{ name: '[hung] a' }] })
      const { runIds } = await lab.studies.launch(study, inRoot())
      await until(() =>
        events.some(
          (event) => event.type === 'run-events' && event.events.some(({ type }) => type === 'message'),
        ),
      )
      return { lab, runId: runIds[0] ?? '' }
    }

    it('can be cancelled all the same', async () => {
      const { lab, runId } = await hung()

      await lab.runs.control({ runId, action: 'cancel' })
      await lab.queue.idle()

      expect((await lab.runs.show({ runId })).item.status).toBe('cancelled')
    }, 30_000)

    it('is interrupted when the lab closes, and no process is left', async () => {
      const { lab, runId } = await hung()
      const { pid } = RunFolder.open(home, runId).lock.look().holder!

      await lab.close()

      expect(RunFolder.open(home, runId).read().status).toBe('interrupted')
      expect(() => process.kill(pid, 0)).toThrow('ESRCH')
    }, 30_000)
  })

  it('is paused when the lab closes', async () => {
    const { lab } = open()
    const { runIds } = await lab.studies.launch(slow(), inRoot())
    await running(lab, runIds[0] ?? '')

    await lab.close()

    expect(RunFolder.open(home, runIds[0] ?? '').read().status).toBe('paused')
  })
})

describe('a run that several programs want', () => {
  const slow = () => aStudy({ grid: {}, points: [{ name: '[slow]' }] })
  const stepsOf = (runId: string): number[] =>
    RunFolder.open(home, runId)
      .readEvents()
      .flatMap((event) => (event.type === 'step' ? [event.step] : []))
  /** A run that was paused before its end, and two more programs. */
  async function pausedRun() {
    const { lab } = open()
    const { runIds } = await lab.studies.launch(slow(), inRoot())
    const runId = runIds[0] ?? ''
    await until(() => stepsOf(runId).length >= 2)
    await lab.close()
    return { runId, first: open({ queuedRuns: 'leave' }).lab, second: open({ queuedRuns: 'leave' }).lab }
  }

  it('is trained by one of them, and the others say by whom', async () => {
    const { runId, first, second } = await pausedRun()

    await Promise.all([first, second].map((lab) => lab.runs.control({ runId, action: 'resume' })))
    await Promise.all([first, second].map((lab) => lab.queue.idle()))

    await until(() => RunFolder.open(home, runId).read().status === 'done')
    expect(stepsOf(runId)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    const refusals = [first, second].flatMap((lab) => lab.queue.refusalOf(runId) ?? [])
    expect(refusals).toMatchObject([
      { code: 'run-already-active', message: expect.stringContaining('in the hands of the engine process') },
    ])
  })

  it('cannot be changed by the others, nor its lock be taken away', async () => {
    const { runId, first, second } = await pausedRun()
    await first.runs.control({ runId, action: 'resume' })
    await until(() => RunFolder.open(home, runId).read().status === 'running')

    for (const action of ['pause', 'stop', 'cancel', 'resume'] as const)
      await expect(second.runs.control({ runId, action })).rejects.toMatchObject({
        code: 'run-already-active',
      })
    await expect(second.runs.unlock(runId)).rejects.toMatchObject({ code: 'run-already-active' })
    await first.queue.idle()
    expect(stepsOf(runId)).toHaveLength(10)
  })

  it('is left alone by a supervisor that learns late that its engine died, once another has gone on with it', async () => {
    const { runId, first, second } = await pausedRun()
    await first.runs.control({ runId, action: 'resume' })
    await until(() => RunFolder.open(home, runId).read().status === 'running')
    const folder = RunFolder.open(home, runId)
    const { pid } = folder.lock.look().holder!
    // The first program hears of nothing until this test gives way: it is as if it had been stopped.
    process.kill(pid, 'SIGKILL')
    for (let waited = 0; folder.lock.look().state !== 'gone' && waited < 500; waited += 1)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    folder.lock.take({ program: 'engine' })
    folder.update({ status: 'running' })

    await first.queue.idle()

    expect(folder.read().status).toBe('running')
    folder.close()
    expect(await second.runs.unlock(runId)).toMatchObject({ removed: false, status: 'interrupted' })
  })

  it('does not keep another program from opening while it is being begun', async () => {
    const { runId } = await pausedRun()
    const folder = RunFolder.open(home, runId)
    folder.update({ status: 'queued', queuePosition: 5 })
    folder.lock.take({ program: 'engine' })

    expect((await open().lab.queue.state()).queuedRunIds).toEqual([])
    folder.close()
    expect((await open().lab.queue.state()).queuedRunIds).toEqual([runId])
  })

  it('is given free when its holder is gone, with the holder’s name', async () => {
    const { runId, first } = await pausedRun()
    const folder = RunFolder.open(home, runId)
    folder.lock.take({ program: 'engine' })
    folder.update({ status: 'running' })
    const { number, holder } = folder.lock.look()
    const path = join(folder.path, 'lock', `${number}.json`)
    writeFileSync(path, JSON.stringify({ ...holder, host: 'elsewhere/1', pid: 77 }))
    expect((await first.runs.show({ runId })).item.status).toBe('running')

    const unlocked = await unlockRun(home, runId, 300)

    expect(unlocked).toMatchObject({ removed: true, status: 'interrupted', holder: { pid: 77 } })
    expect(unlocked.reason).toContain('engine process 77 on elsewhere')
    await first.runs.control({ runId, action: 'resume' })
    await first.queue.idle()
    expect(stepsOf(runId)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })
})

describe('the queue', () => {
  it('survives a restart in its order and waits until a person says go', async () => {
    const first = open()
    await first.lab.queue.setPaused({ paused: true })
    const { runIds } = await first.lab.studies.launch(
      aStudy({ grid: { 'training.seed': [1, 2, 3] } }),
      inRoot(),
    )
    const [a = '', b = '', c = ''] = runIds
    await first.lab.queue.move({ runId: c, position: 0 })
    await first.lab.close()

    const { lab, events } = open()
    expect(await lab.queue.state()).toEqual({ paused: true, runningRunId: null, queuedRunIds: [c, a, b] })

    await lab.queue.setPaused({ paused: false })
    await lab.queue.idle()
    const started = events.flatMap((event) =>
      event.type === 'run-events'
        ? event.events.flatMap((e) => (e.type === 'run-started' ? [e.runId] : []))
        : [],
    )
    expect(started).toEqual([c, a, b])
  })

  it('starts a run a person resumes even while it is paused, and no other', async () => {
    const { lab } = open()
    await lab.queue.setPaused({ paused: true })
    const { runIds } = await lab.studies.launch(aStudy(), inRoot())

    await lab.runs.control({ runId: runIds[1] ?? '', action: 'resume' })
    await lab.queue.idle()

    expect((await lab.runs.list()).map((item) => item.status)).toEqual(['done', 'queued'])
  })

  it('leaves waiting runs of others alone when told so', async () => {
    const first = open()
    await first.lab.queue.setPaused({ paused: true })
    await first.lab.studies.launch(aStudy(), inRoot())
    await first.lab.close()

    const { lab } = open({ queuedRuns: 'leave' })
    expect((await lab.queue.state()).queuedRunIds).toEqual([])
    await lab.runs.launch({ ...aStudy().study.base, name: 'own' }, inRoot())
    await lab.queue.idle()
    expect(await statuses(lab)).toMatchObject({ own: 'done', 'rte · FT · s1': 'queued' })
  })

  it('drops a cancelled run', async () => {
    const { lab } = open()
    await lab.queue.setPaused({ paused: true })
    const { runIds } = await lab.studies.launch(aStudy(), inRoot())

    await lab.runs.control({ runId: runIds[0] ?? '', action: 'cancel' })

    expect((await lab.queue.state()).queuedRunIds).toEqual([runIds[1]])
    await expect(lab.queue.move({ runId: runIds[0] ?? '', position: 0 })).rejects.toMatchObject({
      code: 'not-found',
    })
  })
})

describe('libraries', () => {
  it('tell about what was dropped, and preview imported rows', async () => {
    const { lab, events } = open()
    mkdirSync(join(home, 'empty'))

    expect(
      await lab.inspectDrop({
        paths: [join(root, 'tiny'), join(root, 'RTE'), join(home, 'empty'), join(home, 'gone.tsv')],
      }),
    ).toMatchObject([
      { kind: 'checkpoint' },
      { kind: 'dataset' },
      { kind: 'unknown' },
      { kind: 'unknown', description: expect.stringContaining('does not exist') as string },
    ])

    const imported = await lab.datasets.import({
      paths: [join(root, 'RTE')],
      task: null,
      name: null,
      skipProblemRows: false,
    })
    if (!imported.registered) throw new Error('refused')
    const { datasetId } = imported.dataset
    expect(await lab.datasets.preview({ datasetId, split: 'train', offset: 2, limit: 2 })).toMatchObject({
      rows: [
        { row: 3, text: 'a b c 2', pair: 'd e', label: 0, labelName: 'entailment' },
        { row: 4, labelName: 'not_entailment' },
      ],
    })
    await lab.datasets.remove({ datasetId })
    expect(await lab.datasets.list()).toEqual([])
    expect(events.filter((event) => event.type === 'library-changed')).toHaveLength(2)
  })

  it('do not register a data set with problem rows unless they are to be skipped', async () => {
    const { lab } = open()
    const path = join(home, 'RTE')
    mkdirSync(path)
    writeFileSync(
      join(path, 'train.tsv'),
      'index\tsentence1\tsentence2\tlabel\n0\ta\tb\tentailment\n1\ta\tb\tmaybe\n',
    )
    const input = { paths: [path], task: 'rte' as const, name: null }

    expect(await lab.datasets.import({ ...input, skipProblemRows: false })).toMatchObject({
      registered: false,
      goodRows: 1,
      problems: [{ row: 3, code: 'unknown-label' }],
    })
    expect(await lab.datasets.list()).toEqual([])
    expect(await lab.datasets.import({ ...input, skipProblemRows: true })).toMatchObject({
      registered: true,
      dataset: { skippedRows: 1 },
    })
  })
})
