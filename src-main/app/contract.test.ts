/** Every call of the contract against a real lab on disk, with an engine that trains nothing. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { buildFakeEngine } from '@main/engine-client/testing/build-fake-engine.ts'
import { answerCall } from '@main/ipc/answer-call.ts'
import type { CallHandlers } from '@main/ipc/call-handlers.ts'
import { labHandlers } from '@main/ipc/lab-handlers.ts'
import { PathTokens } from '@main/ipc/path-tokens.ts'
import { windowHandlers } from '@main/ipc/window-handlers.ts'
import { createLab } from '@main/services/create-lab.ts'
import type { Lab } from '@main/services/lab.ts'
import { writeTinyCheckpoint, writeTinyRte } from '@main/services/testing/tiny-checkpoint.ts'
import { callNames, type CallName } from '@shared/contracts/channel-names.ts'
import type { CallInput, CallOutput, LabEvent } from '@shared/contracts/lab-contract.ts'
import type { Result } from '@shared/failures/result.ts'

const folder = mkdtempSync(join(tmpdir(), 'contract-'))
const reportDefect = vi.fn()
const events: LabEvent[] = []
const called = new Set<CallName>()
const tokens = new PathTokens()
/** As a dialog or a drop hands it out. */
const chosen = (name: string): string => tokens.tokenFor(join(folder, name))
let lab: Lab
let handlers: CallHandlers

beforeAll(async () => {
  mkdirSync(join(folder, 'home'))
  const enginePath = await buildFakeEngine(folder)
  const options = {
    home: join(folder, 'home'),
    enginePath,
    sampleFolder: join(folder, 'sample'),
    version: '0',
  }
  lab = createLab(options)
  lab.onEvent((event) => events.push(structuredClone(event)))
  const own = labHandlers(lab)
  const line = {
    call: async (name: keyof typeof own, input: unknown) =>
      (own[name] as (parsed: unknown) => unknown)(input) as Promise<never>,
    comparisonText: (request: CallInput<'compare.export'>) => lab.comparisons.render(request),
  }
  handlers = windowHandlers(
    line,
    {
      systemInfo: () => ({
        version: '0',
        electron: '25',
        officialElectron: false,
        home: options.home,
        homeProblem: null,
        isSandboxed: true,
        platform: 'linux',
        appearance: 'system',
      }),
      setAppearance: () => undefined,
      showLog: () => undefined,
      restart: () => undefined,
      chooseHome: () => Promise.resolve(null),
      choosePaths: () => Promise.resolve([]),
      chooseTarget: (name) => Promise.resolve(join(folder, name)),
      showFolder: () => undefined,
    },
    tokens,
  )
}, 60_000)

afterAll(async () => {
  await lab.close()
  rmSync(folder, { recursive: true })
})

/** Calls as a window does, over a structured clone both ways; what cannot be cloned, or changes, fails here. */
async function call<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> {
  called.add(name)
  const answer = await answerCall(handlers, { name, input: structuredClone(input) }, reportDefect)
  const received = structuredClone(answer) as Result<CallOutput<Name>>
  expect(received).toEqual(answer)
  if (!received.ok) throw new Error(`${name}: ${received.failure.code}: ${received.failure.message}`)
  return received.value
}

it('answers every call of the contract with a value that can cross to a window', async () => {
  writeTinyRte(join(folder, 'RTE'))
  writeTinyCheckpoint(join(folder, 'bert'))
  await call('system.info', undefined)
  await call('system.setAppearance', { appearance: 'dark' })
  await call('system.showLog', undefined)
  await call('system.restart', undefined)
  await call('system.chooseHome', undefined)
  await call('dialog.open', { purpose: 'dataset' })
  const inspected = await call('drop.inspect', { paths: [chosen('RTE'), chosen('bert')] })
  expect(inspected.map(({ kind }) => kind).sort()).toEqual(['checkpoint', 'dataset'])

  const imported = await call('dataset.import', {
    paths: [chosen('RTE')],
    task: null,
    name: null,
    skipProblemRows: false,
  })
  if (!imported.registered) throw new Error('the rows of the tiny data set are good')
  const { datasetId } = imported.dataset
  expect(await call('dataset.list', undefined)).toHaveLength(1)
  await call('dataset.preview', { datasetId, split: 'train', offset: 0, limit: 5 })
  const { checkpointId } = await call('checkpoint.import', { path: chosen('bert') })
  expect(await call('checkpoint.list', undefined)).toHaveLength(1)

  const base = { schemaVersion: 1, task: 'rte', dataset: datasetId, checkpoint: checkpointId }
  const study = {
    schemaVersion: 1 as const,
    name: 'contract',
    base: { ...base, training: { maxEpochs: 2, maxLength: 32 } },
    grid: { 'training.seed': [1, 2] },
  }
  expect((await call('study.plan', { study })).runs).toHaveLength(2)
  await call('queue.setPaused', { paused: true })
  const { studyId, runIds } = await call('study.launch', { study })
  expect(await call('study.list', undefined)).toHaveLength(1)
  const [first, second] = runIds as [string, string]
  await call('queue.move', { runId: second, position: 0 })
  expect((await call('queue.state', undefined)).queuedRunIds).toEqual([second, first])
  await call('run.control', { runId: first, action: 'cancel' })
  await call('queue.setPaused', { paused: false })
  await lab.queue.idle()

  const shown = await call('run.show', { runId: second })
  expect(shown.summary.status).toBe('done')
  expect(await call('run.unreadable', undefined)).toEqual([])
  expect((await call('run.list', undefined)).map(({ status }) => status).sort()).toEqual([
    'cancelled',
    'done',
  ])
  expect(await call('run.steps', { runId: second, buckets: 100 })).not.toHaveLength(0)
  await call('shell.showRunFolder', { runId: second })
  expect((await call('compare.groups', { ids: [studyId], baseline: null })).groups).toHaveLength(1)
  for (const format of ['csv', 'json', 'latex'] as const)
    await call('compare.export', { ids: [studyId], baseline: null, format })

  await call('dataset.remove', { datasetId })
  await call('checkpoint.remove', { checkpointId })
  // There is no sample here. The fake engine answers a question with the question.
  await expect(call('sample.launch', undefined)).rejects.toThrow(
    /^sample\.launch: not-found: .*study\.json does not exist/,
  )
  expect(await call('system.doctor', undefined)).toEqual({
    task: 'doctor',
    request: { home: join(folder, 'home') },
  })
  expect([...called].sort()).toEqual([...callNames].sort())
  expect(reportDefect).not.toHaveBeenCalled()
})

it('numbers the events of all that from 1 without a gap', () => {
  expect(events.length).toBeGreaterThan(10)
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
  expect(new Set(events.map(({ type }) => type))).toEqual(
    new Set(['run-changed', 'run-events', 'queue-changed', 'library-changed']),
  )
})

it('answers a file that cannot be a checkpoint with a failure that names it', async () => {
  const path = join(folder, 'notes.txt')
  writeFileSync(path, 'no checkpoint')
  await expect(call('checkpoint.import', { path: tokens.tokenFor(path) })).rejects.toThrow(/notes\.txt/)
})
