import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newRunId } from '@main/storage/identifiers.ts'
import { RunFolder } from '@main/storage/run-folder.ts'
import type { RunConfigInput } from '@shared/config/run-config.ts'
import type { RunEvent } from '@shared/results/run-event.ts'
import { startEngine } from './engine-client.ts'
import { runEngineTask } from './engine-task.ts'
import { buildFakeEngine } from './testing/build-fake-engine.ts'
import { aRunRecord } from './testing/run-records.ts'

let home = ''
let enginePath = ''
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'lab-engine-client-'))
  enginePath = await buildFakeEngine(home)
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

function launch(
  config: Partial<RunConfigInput>,
  options: { heartbeatTimeoutMs?: number; enginePath?: string } = {},
) {
  const runId = newRunId()
  const folder = RunFolder.create(home, aRunRecord(config, { runId }))
  const events: RunEvent[] = []
  const handle = startEngine({ home, runId, enginePath, onEvent: (event) => events.push(event), ...options })
  return { folder, events, handle }
}
async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 10) {
    if (waited > 20_000) throw new Error('The condition never came true.')
    await sleep(10)
  }
}
const sawStep = (events: readonly RunEvent[]) => () => events.some((event) => event.type === 'step')

describe('startEngine', () => {
  it('carries a run out and passes on the very events that are in its log', async () => {
    const { folder, events, handle } = launch({})

    await until(() => folder.read().status === 'running')
    expect(folder.lock.look().holder).toMatchObject({ pid: handle.pid, program: 'engine' })
    expect(folder.read().queuePosition).toBeNull()
    expect(await handle.finished).toBe('done')
    expect(handle.hasDied).toBe(false)
    expect(events).toEqual(folder.readEvents())
    expect(events.filter((event) => event.type === 'step')).toHaveLength(10)
  })

  it('pauses between steps with a checkpoint, and a second engine goes on from there', async () => {
    const { folder, events, handle } = launch({ name: '[slow]' })
    await until(sawStep(events))
    handle.control('pause')

    expect(await handle.finished).toBe('paused')
    const stepped = folder.readEvents().filter((event) => event.type === 'step').length
    expect(folder.checkpointSteps()).toContain(stepped)

    const again = startEngine({ home, runId: handle.runId, enginePath, onEvent: () => undefined })
    expect(await again.finished).toBe('done')
    const steps = folder.readEvents().flatMap((event) => (event.type === 'step' ? [event.step] : []))
    expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  it.each([
    ['stop', 'stopped'],
    ['cancel', 'cancelled'],
  ] as const)('ends the run as asked: %s', async (action, status) => {
    const { events, handle } = launch({ name: '[slow]' })
    await until(sawStep(events))
    handle.control(action)

    expect(await handle.finished).toBe(status)
  })

  it('marks a run whose engine was killed as interrupted, in the record and in the log', async () => {
    const { folder, events, handle } = launch({ name: '[slow]' })
    await until(sawStep(events))
    handle.kill()

    expect(await handle.finished).toBe('interrupted')
    expect(handle.hasDied).toBe(true)
    expect(folder.read()).toMatchObject({ status: 'interrupted', failure: null })
    expect(folder.readEvents().at(-1)).toMatchObject({ type: 'run-ended', status: 'interrupted' })
    expect(events.at(-1)).toMatchObject({ type: 'run-ended', status: 'interrupted' })
  })

  it('marks a run whose engine crashed as failed and quotes its log', async () => {
    const { folder, handle } = launch({ name: '[crash]' })

    expect(await handle.finished).toBe('failed')
    expect(folder.read().failure).toMatchObject({ code: 'engine-died' })
    expect(readFileSync(folder.logPath, 'utf8')).toContain('told to crash')
  })

  it('tells want of memory from other crashes', async () => {
    const { folder, handle } = launch({ name: '[no memory]' })

    expect(await handle.finished).toBe('failed')
    expect(folder.read().failure?.code).toBe('out-of-memory')
  })

  it('marks a run failed when the bundle is missing', async () => {
    const { folder, handle } = launch({}, { enginePath: join(home, 'missing.cjs') })

    expect(await handle.finished).toBe('failed')
    expect(folder.read().failure?.message).toContain('missing.cjs')
  })

  it('passes a loss that is not finite on as NaN, not as an unknown message', async () => {
    const { events, handle } = launch({ name: '[diverge]' })

    expect(await handle.finished).toBe('failed')
    expect(events.filter((event) => event.type === 'message')).toEqual([])
    expect(events.some((event) => event.type === 'step' && Number.isNaN(event.loss))).toBe(true)
    expect(handle.hasDied).toBe(false)
  })

  it('reports a silent engine as unresponsive and leaves it alive', async () => {
    const { events, handle } = launch({ name: '[silent]' }, { heartbeatTimeoutMs: 1500 })
    await until(() => handle.isUnresponsive)

    expect(events.at(-1)).toMatchObject({ type: 'message', level: 'warning' })
    expect(() => process.kill(handle.pid ?? 0, 0)).not.toThrow()
    handle.kill()
    expect(await handle.finished).toBe('interrupted')
  })
})

describe('runEngineTask', () => {
  it('answers the task’s value and keeps its log apart', async () => {
    let log = ''
    const value = await runEngineTask('doctor', { a: 1 }, { enginePath, onLog: (text) => (log += text) })

    expect(value).toEqual({ task: 'doctor', request: { a: 1 } })
    expect(log).toBe('a log line\n')
  })

  it('throws the task’s own failure, and says so when there is no answer', async () => {
    await expect(runEngineTask('parity', { note: 'told to fail' }, { enginePath })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: 'told to fail',
    })
    await expect(runEngineTask('parity', { note: 'told to die' }, { enginePath })).rejects.toMatchObject({
      code: 'engine-died',
    })
  })
})
