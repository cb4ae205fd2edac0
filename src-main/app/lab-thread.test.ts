import { afterEach, describe, expect, it, vi } from 'vitest'
import type { LabEvent, Trouble } from '@shared/contracts/lab-contract.ts'
import { LabThread } from './lab-thread.ts'

/** A thread that answers with what it was asked, sends two events, and dies on demand. */
const threadScript = `
  import { parentPort, workerData } from 'node:worker_threads'
  const event = (seq) => parentPort.postMessage({ kind: 'event', event: { seq, type: 'library-changed', what: 'datasets' } })
  event(1)
  event(2)
  parentPort.on('message', (request) => {
    if (request.name === 'run.control') throw new Error('a defect')
    if (request.name === 'run.list') return
    if (request.name === 'study.plan')
      parentPort.postMessage({ kind: 'uncaught', uncaught: { kind: 'exception', summary: 'Error: odd' } })
    parentPort.postMessage({ kind: 'answer', id: request.id, result: { ok: true, value: { request, home: workerData.home } } })
  })
`
const threadPath = new URL(`data:text/javascript,${encodeURIComponent(threadScript)}`)
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

let threads: LabThread[] = []
afterEach(async () => {
  await Promise.all(threads.map((thread) => thread.close()))
  threads = []
})

function started(
  onEvent: (event: LabEvent) => void = () => undefined,
  onTrouble: (trouble: Trouble) => void = () => undefined,
): LabThread {
  const folders = { home: '/home/lab', enginePath: '/engine.cjs', samplePath: '/sample', version: '0.1.0' }
  const thread = new LabThread({
    ...folders,
    threadPath,
    environment: process.env,
    logger: silent,
    onEvent,
    onTrouble,
  })
  threads.push(thread)
  thread.start()
  return thread
}

describe('the lab thread', () => {
  it('answers each question with its own answer', async () => {
    const thread = started()
    const answers = await Promise.all([
      thread.ask({ kind: 'call', name: 'study.list', input: undefined }),
      thread.ask({ kind: 'call', name: 'run.show', input: { runId: 'r' } }),
    ])
    expect(answers).toMatchObject([
      { ok: true, value: { request: { name: 'study.list' }, home: '/home/lab' } },
      { ok: true, value: { request: { name: 'run.show', input: { runId: 'r' } } } },
    ])
  })

  it('answers a failure to whoever waits when the thread dies, and starts a new one', async () => {
    const thread = started()
    const waiting = thread.ask({ kind: 'call', name: 'run.list', input: undefined })
    const deadly = thread.ask({ kind: 'call', name: 'run.control', input: {} })
    expect(await waiting).toMatchObject({ ok: false, failure: { code: 'internal-error' } })
    expect(await deadly).toMatchObject({ ok: false })
    expect(await thread.ask({ kind: 'call', name: 'study.list', input: undefined })).toMatchObject({
      ok: true,
    })
  })

  it('numbers events from 1 and leaves a gap where a thread died', async () => {
    const seen: number[] = []
    const thread = started((event) => seen.push(event.seq))
    await vi.waitFor(() => expect(seen).toEqual([1, 2]))
    await thread.ask({ kind: 'call', name: 'run.control', input: {} })
    await vi.waitFor(() => expect(seen).toEqual([1, 2, 4, 5]))
  })

  it('stays down when it keeps dying, and says so to whoever asks', async () => {
    const troubles: Trouble[] = []
    const thread = started(undefined, (trouble) => troubles.push(trouble))
    for (let death = 1; death <= 4; death += 1)
      await thread.ask({ kind: 'call', name: 'run.control', input: {} })
    expect(await thread.ask({ kind: 'call', name: 'study.list', input: undefined })).toMatchObject({
      ok: false,
      failure: { message: expect.stringContaining('several times') as string },
    })
    expect(troubles.map(({ consequence }) => consequence)).toEqual([
      'started-again',
      'started-again',
      'started-again',
      'stays-down',
    ])
    expect(troubles[0]).toEqual({ part: 'lab', consequence: 'started-again', summary: 'Error: a defect' })
  })

  it('passes on what nobody caught in the thread, and events of the main process in the same order', async () => {
    const events: LabEvent[] = []
    const troubles: Trouble[] = []
    const thread = started(
      (event) => events.push(event),
      (trouble) => troubles.push(trouble),
    )
    await thread.ask({ kind: 'call', name: 'study.plan', input: {} })
    expect(troubles).toEqual([{ part: 'lab', consequence: 'goes-on', summary: 'Error: odd' }])
    thread.announce({ type: 'trouble', ...troubles[0]! })
    expect(events.at(-1)).toMatchObject({ seq: 3, type: 'trouble', summary: 'Error: odd' })
  })
})
