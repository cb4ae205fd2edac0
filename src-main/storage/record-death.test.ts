import { describe, expect, it } from 'vitest'
import { recordDeath } from './record-death.ts'
import { RunFolder } from './run-folder.ts'
import { aRecord, newHome } from './testing-records.ts'
import type { RunEvent } from '@shared/results/run-event.ts'

const base = { runId: 'r-test0001', time: '2026-01-02T03:04:05.000Z' }
const ended = (status: 'cancelled' | 'paused'): RunEvent => ({
  ...base,
  type: 'run-ended',
  status,
  failure: null,
})
const interrupted = { status: 'interrupted', failure: null } as const

function folderWith(events: readonly RunEvent[]): RunFolder {
  const folder = RunFolder.create(newHome(), aRecord({ status: 'running', queuePosition: 3 }))
  folder.appendEvents(events)
  folder.close()
  return folder
}

describe('a run whose engine is gone', () => {
  it('ends as its death made it, in log and record', () => {
    const folder = folderWith([ended('paused')])
    expect(recordDeath(folder, interrupted)).toMatchObject(interrupted)
    expect(folder.read()).toMatchObject({ ...interrupted, queuePosition: null })
    expect(folder.readEvents().at(-1)).toMatchObject({ type: 'run-ended', ...interrupted })
  })

  it('ends as its log says, if the engine died between log and record', () => {
    const folder = folderWith([ended('cancelled')])
    expect(recordDeath(folder, interrupted)).toMatchObject({ status: 'cancelled' })
    expect(folder.read().status).toBe('cancelled')
    expect(folder.readEvents()).toEqual([ended('cancelled')])
  })
})
