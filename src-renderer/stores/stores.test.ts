import { createFakeLabClient, type FakeLabClient } from '@renderer/bridge/fake-lab-client.ts'
import { labClientKey, type LabClient } from '@renderer/bridge/lab-client.ts'
import type { LabEvent } from '@shared/contracts/lab-contract.ts'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp } from 'vue'
import { useComparisonStore } from './comparison-store.ts'
import { useDatasetStore } from './dataset-store.ts'
import { assignSlots, readSlots, writeSlots } from './group-slots.ts'
import { outcomePath, useImportStore } from './import-store.ts'
import { useKeptBackStore } from './kept-back-store.ts'
import { foreignRunsMs, startLiveUpdates } from './live-updates.ts'
import { useNoticeStore } from './notice-store.ts'
import { useQueueStore } from './queue-store.ts'
import { useRunDetailStore } from './run-detail-store.ts'
import { useRunStore } from './run-store.ts'
import { useStudyStore } from './study-store.ts'

/** Stores over a client, without a window. */
function withClient<Client extends LabClient>(client: Client): Client {
  const pinia = createPinia()
  createApp({}).use(pinia).provide(labClientKey, client)
  setActivePinia(pinia)
  return client
}

const file = (name: string): File => new File(['x'], name)

beforeEach(() => {
  vi.useFakeTimers()
  window.localStorage.clear()
})
afterEach(() => vi.useRealTimers())

describe('the run store', () => {
  it('gathers a burst of events into one change', async () => {
    const client = withClient(createFakeLabClient())
    const runs = useRunStore()
    await runs.load()
    const before = runs.byId
    for (let step = 1; step <= 50; step += 1) runs.receive({ ...runs.byId.get('r-301')!, step })
    expect(runs.byId).toBe(before)
    vi.advanceTimersByTime(150)
    expect(runs.byId.get('r-301')?.step).toBe(50)
    expect(client.calls).toEqual(['run.list', 'run.unreadable'])
  })

  it('prefers an event to a snapshot that was asked for before it', async () => {
    withClient(createFakeLabClient())
    const runs = useRunStore()
    await runs.load()
    const item = runs.byId.get('r-301')!
    const loading = runs.load()
    runs.receive({ ...item, step: 777 })
    await loading
    expect(runs.byId.get('r-301')?.step).toBe(777)
  })

  it('says “stopping” at once and forgets it when the state has changed', async () => {
    withClient(createFakeLabClient())
    const runs = useRunStore()
    await runs.load()
    const asked = runs.control('r-301', 'stop')
    expect(runs.pendingActions.get('r-301')).toBe('stop')
    await asked
    vi.advanceTimersByTime(150)
    expect(runs.pendingActions.size).toBe(0)
    expect(runs.byId.get('r-301')?.status).toBe('stopped')
  })

  it('keeps the list it had when renewing fails, and tells why', async () => {
    const client = withClient(createFakeLabClient())
    const runs = useRunStore()
    await runs.load()
    vi.spyOn(client, 'call').mockResolvedValue({
      ok: false,
      failure: { code: 'file-unreadable', message: 'The folder is gone.', hint: '' },
    })
    await runs.load()
    expect(runs.failure?.code).toBe('file-unreadable')
    expect(runs.items).toHaveLength(21)
  })
})

describe('live updates', () => {
  it('fill every list, follow events, and ask for snapshots after a gap', async () => {
    const client = createFakeLabClient()
    const listeners: { event: ((event: LabEvent) => void) | null; gap: (() => void) | null } = {
      event: null,
      gap: null,
    }
    const spied = {
      ...client,
      onEvent: (listener: (event: LabEvent) => void) => ((listeners.event = listener), () => undefined),
      onGap: (listener: () => void) => ((listeners.gap = listener), () => undefined),
    }
    withClient(spied)
    startLiveUpdates(spied)
    await vi.advanceTimersByTimeAsync(10)
    expect([
      useRunStore().items.length,
      useStudyStore().studies?.length,
      useDatasetStore().datasets?.length,
    ]).toEqual([21, 3, 3])

    listeners.event?.({
      seq: 1,
      type: 'queue-changed',
      queue: { paused: true, runningRunId: null, queuedRunIds: [] },
    })
    expect(useQueueStore().isPaused).toBe(true)

    const before = client.calls.length
    listeners.gap?.()
    await vi.advanceTimersByTimeAsync(10)
    expect(client.calls.slice(before)).toEqual(
      expect.arrayContaining(['run.list', 'queue.state', 'study.list', 'dataset.list', 'checkpoint.list']),
    )
    expect(useQueueStore().isPaused).toBe(false)
  })
})

describe('live updates of troubles and of runs elsewhere', () => {
  function started() {
    const client = createFakeLabClient()
    let tell: (event: LabEvent) => void = () => undefined
    const spied = {
      ...client,
      onEvent: (listener: (event: LabEvent) => void) => ((tell = listener), () => undefined),
    }
    withClient(spied)
    const stop = startLiveUpdates(spied)
    return { client, stop, tell: (event: LabEvent) => tell(event) }
  }

  it('show a trouble once however often it comes, with what can be done', () => {
    const { tell } = started()
    for (let seq = 1; seq <= 9; seq += 1)
      tell({ seq, type: 'trouble', part: 'app', consequence: 'goes-on', summary: `Error ${seq}` })
    const { notices } = useNoticeStore()
    expect(notices).toHaveLength(1)
    expect(notices[0]).toMatchObject({ tone: 'bad', actions: ['show-log', 'restart'] })
    expect(notices[0]!.text).toContain('Error 9')
  })

  it('show an engine’s warning under the run’s name', async () => {
    const { tell } = started()
    await vi.advanceTimersByTimeAsync(10)
    const message = { runId: 'r-301', time: '2026-01-01T00:00:00.000Z', type: 'message' as const }
    tell({
      seq: 1,
      type: 'run-events',
      runId: 'r-301',
      events: [
        { ...message, level: 'info', text: 'all is well' },
        { ...message, level: 'warning', text: 'it pauses' },
      ],
    })
    expect(useNoticeStore().notices.map(({ title, text }) => [title, text])).toEqual([
      [useRunStore().byId.get('r-301')!.name, 'it pauses'],
    ])
  })

  it('look again at runs that somebody else trains, and at no others', async () => {
    const { client, stop, tell } = started()
    await vi.advanceTimersByTimeAsync(10)
    const running = useRunStore().running.map(({ runId }) => runId)
    expect(running).toEqual([useQueueStore().runningRunId])
    const lists = () => client.calls.filter((name) => name === 'run.list').length
    const before = lists()
    await vi.advanceTimersByTimeAsync(3 * foreignRunsMs)
    expect(lists()).toBe(before)
    tell({ seq: 1, type: 'queue-changed', queue: { paused: false, runningRunId: null, queuedRunIds: [] } })
    await vi.advanceTimersByTimeAsync(foreignRunsMs)
    expect(lists()).toBe(before + 1)
    stop()
    await vi.advanceTimersByTimeAsync(3 * foreignRunsMs)
    expect(lists()).toBe(before + 1)
  })
})

describe('the run in detail', () => {
  it('appends live steps and renews the summary after an evaluation', async () => {
    const client = withClient(createFakeLabClient())
    const detail = useRunDetailStore()
    await detail.open('r-301')
    const before = detail.points!.length
    client.lab.onEvent((event) => {
      if (event.type === 'run-events') detail.receive(event.runId, event.events)
    })
    client.lab.advance(100)
    await vi.advanceTimersByTimeAsync(500)
    expect(detail.points).toHaveLength(before + 100)
    expect(detail.detail?.summary.epochs).toHaveLength(3)
    expect(new Set(detail.points!.map((point) => point.step)).size).toBe(before + 100)
  })

  it('drops steps that a resumed run repeats', async () => {
    withClient(createFakeLabClient())
    const detail = useRunDetailStore()
    await detail.open('r-301')
    const step = {
      type: 'step',
      runId: 'r-301',
      time: '',
      step: 300,
      epoch: 2,
      phase: 'fine-tuning',
    } as const
    detail.receive('r-301', [
      { ...step, loss: 0.5, learningRate: 0, examples: 1, tokens: 1, paddedTokens: 0, seconds: 0 },
    ])
    await vi.advanceTimersByTimeAsync(300)
    expect(detail.points?.at(-1)).toMatchObject({ step: 300, loss: 0.5 })
    expect(detail.points).toHaveLength(300)
  })

  it('ignores the answer for a run that is no longer open', async () => {
    withClient(createFakeLabClient())
    const detail = useRunDetailStore()
    const first = detail.open('r-200')
    const second = detail.open('r-210')
    await Promise.all([first, second])
    expect(detail.detail?.summary.runId).toBe('r-210')
  })
})

describe('imports', () => {
  it('register a data set and lead to it', async () => {
    const client = withClient(createFakeLabClient('empty'))
    const outcome = await useImportStore().importFiles([file('RTE')])
    expect(outcomePath(outcome)).toBe('/data/d-rte-4f1c')
    expect(useDatasetStore().datasets).toHaveLength(1)
    expect(client.calls).toEqual(['drop.inspect', 'dataset.import', 'dataset.list'])
  })

  it('keep a data set with problem rows back until somebody decides', async () => {
    withClient(createFakeLabClient('empty'))
    const imports = useImportStore()
    const keptBack = useKeptBackStore()
    expect(outcomePath(await imports.importFiles([file('MRPC')]))).toBe('/data')
    const kept = keptBack.datasets[0]!
    expect(kept.problems?.problems[1]).toMatchObject({ row: 1024, code: 'unknown-label' })

    const outcome = await imports.retryDataset(kept, {
      task: 'mrpc',
      reading: kept.reading,
      skipProblemRows: true,
    })
    expect(outcomePath(outcome)).toBe('/data/d-mrpc-new')
    expect(keptBack.datasets).toEqual([])
    expect(useDatasetStore().datasets?.[0]).toMatchObject({ skippedRows: 4 })
  })

  it('lead to what needs attention when several things were dropped', async () => {
    withClient(createFakeLabClient('empty'))
    const outcome = await useImportStore().importFiles(
      ['MRPC', 'RTE', 'truncated-bert', 'photo.png'].map(file),
    )
    expect(outcome.kind).toBe('dataset-problems')
    expect(useKeptBackStore().checkpoints[0]?.failure.code).toBe('checkpoint-truncated')
    expect(
      useNoticeStore().notices.some((notice) => notice.tone === 'bad' && notice.title.includes('photo.png')),
    ).toBe(true)
  })

  it('say so when what was dropped has no path', async () => {
    const client = withClient(createFakeLabClient('empty'))
    client.tokenForFile = () => Promise.resolve('')
    expect(outcomePath(await useImportStore().importFiles([file('x')]))).toBeNull()
    expect(client.calls).toEqual([])
    expect(useNoticeStore().notices).toHaveLength(1)
  })
})

describe('notices', () => {
  it('leave after a while, failures stay', async () => {
    withClient(createFakeLabClient())
    const notices = useNoticeStore()
    notices.show('good', 'Done.')
    notices.showFailure({ code: 'disk-full', message: 'The disk is full.', hint: '' })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(notices.notices.map((notice) => notice.title)).toEqual(['The disk is full.'])
  })
})

describe('the comparison', () => {
  it('keeps the baseline that was pinned when it is renewed', async () => {
    const client = withClient(createFakeLabClient())
    const store = useComparisonStore()
    await store.choose(['s-2'])
    const other = store.comparison!.groups.find(
      (group) => group.groupId !== store.comparison!.baselineGroupId,
    )!
    await store.choose(['s-2'], other.groupId)
    store.receive({ ...(await itemOf(client)), studyId: 's-2' })
    await vi.advanceTimersByTimeAsync(2000)
    expect(store.comparison?.baselineGroupId).toBe(other.groupId)
    expect(client.calls.filter((name) => name === 'compare.groups')).toHaveLength(3)
  })

  it('is not renewed by runs that take no part', async () => {
    const client = withClient(createFakeLabClient())
    const store = useComparisonStore()
    await store.choose(['s-2'])
    store.receive(await itemOf(client))
    await vi.advanceTimersByTimeAsync(5000)
    expect(client.calls.filter((name) => name === 'compare.groups')).toHaveLength(1)
  })

  async function itemOf(client: FakeLabClient) {
    const answer = await client.call('run.list')
    return answer.ok ? answer.value[0]! : expect.fail('no runs')
  }
})

describe('colours of groups', () => {
  it('stay with a group whatever is shown beside it', () => {
    const first = assignSlots(new Map(), ['a', 'b', 'c'])
    const second = assignSlots(first, ['c', 'd', 'a'])
    expect([second.get('a'), second.get('c'), second.get('d')]).toEqual([0, 2, 1])
  })

  it('never give two groups shown together the same place', () => {
    const known = new Map([
      ['a', 0],
      ['b', 0],
    ])
    const slots = assignSlots(known, ['a', 'b'])
    expect(new Set([slots.get('a'), slots.get('b')]).size).toBe(2)
  })

  it('survive a restart, and damage of what was kept', () => {
    const kept = new Map<string, string>()
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, text: string) => void kept.set(key, text),
    }
    writeSlots(storage, new Map([['a', 3]]))
    expect(readSlots(storage)).toEqual(new Map([['a', 3]]))
    expect(readSlots({ getItem: () => '[["a",-1],["b"],5]' })).toEqual(new Map())
    expect(readSlots({ getItem: () => 'not json' })).toEqual(new Map())
  })
})
