import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createLogger } from '@main/platform/logger.ts'
import { RunFolder } from './run-folder.ts'
import { RunIndex } from './run-index.ts'
import type { RunRecord } from './run-record.ts'
import { aRecord, newHome } from './testing-records.ts'

const rowSchema = z.object({ runId: z.string(), name: z.string(), status: z.string() })
type Row = z.infer<typeof rowSchema>

/** An index that notes which folders it read and what it complained about. */
function watched(home: string, rowVersion = 1) {
  const read: string[] = []
  const warnings: string[] = []
  const toRow = (record: RunRecord): Row => {
    read.push(record.runId)
    return { runId: record.runId, name: record.name, status: record.status }
  }
  const logger = createLogger('test', (line) => void warnings.push(line))
  return { index: new RunIndex<Row>(home, { toRow, rowSchema, rowVersion, logger }), read, warnings }
}

const names = (index: RunIndex<Row>): string[] => index.list().entries.map(({ name }) => name)

function homeWith(...ids: string[]): string {
  const home = newHome()
  for (const runId of ids) RunFolder.create(home, aRecord({ runId, name: `run ${runId}` }))
  return home
}

describe('the index of runs', () => {
  it('reads only folders that changed since the last list', () => {
    const home = homeWith('r-a', 'r-b', 'r-c')
    const first = watched(home)
    expect(names(first.index)).toEqual(['run r-a', 'run r-b', 'run r-c'])
    expect(first.read).toEqual(['r-a', 'r-b', 'r-c'])
    first.index.close()

    const second = watched(home)
    expect(names(second.index)).toEqual(['run r-a', 'run r-b', 'run r-c'])
    expect(second.read).toEqual([])
    RunFolder.open(home, 'r-b').update({ name: 'other' })
    RunFolder.create(home, aRecord({ runId: 'r-d', name: 'run r-d' }))
    rmSync(join(home, 'runs', 'r-a'), { recursive: true })
    expect(names(second.index)).toEqual(['other', 'run r-c', 'run r-d'])
    expect(second.read).toEqual(['r-b', 'r-d'])
    expect(names(second.index)).toEqual(['other', 'run r-c', 'run r-d'])
    expect(second.read).toEqual(['r-b', 'r-d'])
    expect(second.warnings).toEqual([])
    second.index.close()
  })

  it('notices a record that was replaced by one of equal size and time', () => {
    const home = homeWith('r-a')
    const { index } = watched(home)
    const folder = RunFolder.open(home, 'r-a')
    folder.update({ name: 'one' })
    const moment = new Date(1_700_000_000_000)
    utimesSync(folder.recordPath, moment, moment)
    expect(names(index)).toEqual(['one'])
    folder.update({ name: 'two' })
    utimesSync(folder.recordPath, moment, moment)
    expect(names(index)).toEqual(['two'])
    index.close()
  })

  it('never keeps the row of a run that is running', () => {
    const home = homeWith('r-a')
    const { index, read } = watched(home)
    const engine = RunFolder.open(home, 'r-a')
    engine.lock.take({ program: 'engine' })
    engine.update({ status: 'running' })
    index.list()
    index.list()
    expect(read).toEqual(['r-a', 'r-a'])
    engine.close()
    expect(index.list().entries).toMatchObject([{ status: 'interrupted' }])
    index.close()
  })

  it('lists an unreadable folder as a problem beside the others', () => {
    const home = homeWith('r-a', 'r-b')
    writeFileSync(join(home, 'runs', 'r-a', 'run.json'), '{')
    writeFileSync(join(home, 'runs', 'stray'), 'a file')
    const { index } = watched(home)
    const { entries, unreadable } = index.list()
    expect(entries.map(({ runId }) => runId)).toEqual(['r-b'])
    expect(unreadable.map(({ failure }) => failure.code)).toEqual(['file-unreadable', 'not-found'])
    index.close()
  })

  it('makes rows anew when their form changed', () => {
    const home = homeWith('r-a')
    const old = watched(home, 1)
    old.index.list()
    old.index.close()
    const later = watched(home, 2)
    later.index.list()
    expect(later.read).toEqual(['r-a'])
    later.index.close()
  })

  it('can be deleted', () => {
    const home = homeWith('r-a')
    const first = watched(home)
    first.index.list()
    first.index.close()
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(home, `index.sqlite${suffix}`), { force: true })
    const second = watched(home)
    expect(names(second.index)).toEqual(['run r-a'])
    expect(existsSync(join(home, 'index.sqlite'))).toBe(true)
    second.index.close()
  })

  it.each([
    [
      'no database at all',
      Buffer.from('this is no database, only a text that is long enough to be read as one page'),
    ],
    ['an empty file', Buffer.alloc(0)],
  ])('is begun anew when its file is %s', (_name, content) => {
    const home = homeWith('r-a', 'r-b')
    writeFileSync(join(home, 'index.sqlite'), content)
    const { index, warnings } = watched(home)
    expect(names(index)).toEqual(['run r-a', 'run r-b'])
    expect(warnings).toEqual([])
    index.close()
    if (content.length > 0) expect(readFileSync(join(home, 'index.sqlite.damaged'))).toEqual(content)
    const again = watched(home)
    again.index.list()
    expect(again.read).toEqual([])
    again.index.close()
  })

  it('is begun anew when pages of its file were overwritten', () => {
    const home = homeWith(...Array.from({ length: 60 }, (_, index) => `r-${index + 100}`))
    const first = watched(home)
    first.index.list()
    first.index.close()
    const file = readFileSync(join(home, 'index.sqlite'))
    file.fill(0x5a, 4096)
    writeFileSync(join(home, 'index.sqlite'), file)
    const second = watched(home)
    expect(second.index.list().entries).toHaveLength(60)
    second.index.close()
    expect(existsSync(join(home, 'index.sqlite.damaged'))).toBe(true)
  })

  it('lists all the same when it cannot be opened, and says so', () => {
    const home = homeWith('r-a')
    mkdirSync(join(home, 'index.sqlite'))
    const { index, warnings } = watched(home)
    expect(names(index)).toEqual(['run r-a'])
    expect(warnings.join('')).toContain('the folders are read instead')
  })
})
