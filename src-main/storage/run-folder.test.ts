import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nodeFileCalls, type FileCalls } from '@main/platform/file-calls.ts'
import type { RunEvent, StepEvent } from '@shared/results/run-event.ts'
import { RunFolder } from './run-folder.ts'
import { aRecord, anEpoch, newHome } from './testing-records.ts'

const step = (number: number, loss = 0.5): StepEvent => ({
  type: 'step',
  runId: 'r-test0001',
  time: '2026-01-02T03:04:05.000Z',
  step: number,
  epoch: 1,
  phase: 'fine-tuning',
  loss,
  learningRate: 1e-5,
  examples: 16,
  tokens: 300,
  paddedTokens: 20,
  seconds: 0.1,
})

const message: RunEvent = {
  type: 'message',
  runId: 'r-test0001',
  time: '2026-01-02T03:04:05.000Z',
  level: 'info',
  text: 'Zeilen\nund „Umlaute“',
}

/** File-system calls of which the n-th that changes something fails, n counted from 1, and every later one too. */
function failingFrom(
  n: number,
  code = 'ENOSPC',
): { readonly calls: FileCalls; readonly count: () => number } {
  let changes = 0
  const guard = (): void => {
    changes += 1
    if (changes >= n) throw Object.assign(new Error(`${code} on purpose`), { code })
  }
  const calls: FileCalls = {
    ...nodeFileCalls,
    open: (path, flags) => {
      if (flags !== 'r') guard()
      return nodeFileCalls.open(path, flags)
    },
    // A full disk takes a part of what it is given before it refuses.
    write: (file, bytes, offset, length, position) => {
      if (changes + 1 >= n && length > 1) {
        changes += 1
        return nodeFileCalls.write(file, bytes, offset, Math.floor(length / 2), position)
      }
      guard()
      return nodeFileCalls.write(file, bytes, offset, length, position)
    },
    fsync: (file) => {
      guard()
      nodeFileCalls.fsync(file)
    },
    truncate: (file, length) => {
      guard()
      nodeFileCalls.truncate(file, length)
    },
    rename: (from, to) => {
      guard()
      nodeFileCalls.rename(from, to)
    },
    makeFolder: (path) => {
      guard()
      nodeFileCalls.makeFolder(path)
    },
    link: (path, second) => {
      guard()
      nodeFileCalls.link(path, second)
    },
  }
  return { calls, count: () => changes }
}

/** Changes that one use needs when nothing fails. */
function countChanges(use: (calls: FileCalls) => void): number {
  const never = failingFrom(Infinity)
  use(never.calls)
  return never.count()
}

describe('a run folder', () => {
  it('of an older lab says what that did not record', () => {
    const home = newHome()
    const path = join(RunFolder.create(home, aRecord()).path, 'run.json')
    const { surveySeconds, execution, ...older } = JSON.parse(readFileSync(path, 'utf8')) as Record<
      string,
      unknown
    >
    expect([surveySeconds, execution]).toEqual([0, null])
    writeFileSync(path, JSON.stringify(older))

    expect(RunFolder.open(home, 'r-test0001').read()).toMatchObject({ surveySeconds: null, execution: null })
  })

  it('never takes the place of another, nor takes it away', () => {
    const home = newHome()
    RunFolder.create(home, aRecord({ name: 'first' }))
    expect(() => RunFolder.create(home, aRecord({ name: 'second' }))).toThrow()
    expect(RunFolder.open(home, 'r-test0001').read().name).toBe('first')
    expect(readdirSync(join(home, 'runs'))).toEqual(['r-test0001'])
  })

  it('of a newer lab says so instead of calling it damaged', () => {
    const home = newHome()
    const folder = RunFolder.create(home, aRecord())
    const text = readFileSync(folder.recordPath, 'utf8')
    writeFileSync(folder.recordPath, text.replace('"schemaVersion": 1', '"schemaVersion": 2'))
    expect(() => folder.read()).toThrow(/run\.json was written by a newer lab: its schemaVersion is 2/)
  })

  it('keeps what it was given, numbers that are not finite included', () => {
    const home = newHome()
    const record = aRecord({ epochs: [anEpoch({ trainLoss: NaN })], surveySeconds: Infinity })
    RunFolder.create(home, record)
    expect(RunFolder.open(home, record.runId).read()).toEqual(record)
    expect(readFileSync(join(home, 'runs', record.runId, 'run.json'), 'utf8')).toContain('"NaN"')
    expect(readdirSync(join(home, 'runs'))).toEqual([record.runId])
  })

  it('of an older lab that took a broken model’s outputs for predictions has no score of them', () => {
    const home = newHome()
    const best = { metric: 'accuracy', value: 0.5, epoch: 1 } as const
    const folder = RunFolder.create(home, aRecord({ epochs: [anEpoch({ validationLoss: NaN })], best }))

    expect(folder.read()).toMatchObject({
      best: null,
      epochs: [{ metrics: { accuracy: null, f1: null } }],
    })
  })

  it('reads as interrupted when it claims to run but nobody has it in hand', () => {
    const home = newHome()
    const engine = RunFolder.create(home, aRecord({ status: 'running' }))
    expect(engine.read().status).toBe('interrupted')
    engine.lock.take({ program: 'engine' })
    expect(RunFolder.open(home, 'r-test0001').read().status).toBe('running')
    engine.close()
    expect(RunFolder.open(home, 'r-test0001').read().status).toBe('interrupted')
    expect(engine.update({ name: 'new name' }).status).toBe('running')
  })

  it('says what is missing: no such run, no identifier, damaged record', () => {
    const home = newHome()
    expect(() => RunFolder.open(home, 'r-absent')).toThrow(expect.objectContaining({ code: 'not-found' }))
    expect(() => RunFolder.open(home, '../studies')).toThrow(expect.objectContaining({ code: 'not-found' }))
    const folder = RunFolder.create(home, aRecord())
    const whole = readFileSync(folder.recordPath, 'utf8')
    writeFileSync(folder.recordPath, whole.slice(0, 100))
    expect(() => folder.read()).toThrow(expect.objectContaining({ code: 'file-unreadable' }))
    writeFileSync(folder.recordPath, whole.replace('"queued"', '"asleep"'))
    expect(() => folder.read()).toThrow(/status/)
  })

  it('lists complete checkpoints only, by step', () => {
    const folder = RunFolder.create(newHome(), aRecord())
    expect(folder.checkpointSteps()).toEqual([])
    for (const name of ['100', '20', '30.77-1.unfinished']) {
      mkdirSync(join(folder.path, 'checkpoints', name), { recursive: true })
    }
    expect(folder.checkpointSteps()).toEqual([20, 100])
  })
})

describe('the events of a run', () => {
  it('come back in order, text with line breaks and losses that are not finite included', () => {
    const folder = RunFolder.create(newHome(), aRecord())
    expect(folder.readEvents()).toEqual([])
    folder.appendEvents([step(1), step(2, NaN)])
    folder.appendEvents([message, step(3, -Infinity)])
    folder.close()
    folder.appendEvents([step(4)])
    expect(folder.readEvents()).toEqual([step(1), step(2, NaN), message, step(3, -Infinity), step(4)])
  })

  it('lose nothing but a torn last line, wherever the log was cut, and go on after it', () => {
    const events = [step(1), message, step(2), step(3)]
    const lines = events.map((event) => Buffer.byteLength(`${JSON.stringify(event)}\n`))
    const total = lines.reduce((sum, bytes) => sum + bytes, 0)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: total }), (cut) => {
        const folder = RunFolder.create(newHome(), aRecord())
        folder.appendEvents(events)
        folder.close()
        writeFileSync(folder.eventsPath, readFileSync(folder.eventsPath).subarray(0, cut))
        let whole = 0
        for (let end = lines[0]!; end <= cut; end += lines[whole] ?? Infinity) whole += 1
        expect(folder.readEvents()).toEqual(events.slice(0, whole))
        folder.appendEvents([step(9)])
        expect(folder.readEventLog()).toEqual({
          events: [...events.slice(0, whole), step(9)],
          damagedLines: [],
        })
        folder.close()
      }),
      { numRuns: 40, seed: 11 },
    )
  })

  it('name a damaged line in the middle instead of hiding those behind it', () => {
    const folder = RunFolder.create(newHome(), aRecord())
    folder.appendEvents([step(1)])
    folder.close()
    appendFileSync(folder.eventsPath, '{"type": broken}\n')
    folder.appendEvents([step(2)])
    expect(folder.readEventLog()).toEqual({ events: [step(1), step(2)], damagedLines: [2] })
  })
})

describe('when the disk fails at the n-th change', () => {
  const first = aRecord({ name: 'first' })

  it('a new run is there whole or not at all', () => {
    const total = countChanges((calls) => void RunFolder.create(newHome(), first, calls))
    for (let n = 1; n <= total; n += 1) {
      const home = newHome()
      expect(() => RunFolder.create(home, first, failingFrom(n).calls)).toThrow(
        expect.objectContaining({ code: 'disk-full' }),
      )
      // The last change of all is forcing the name to disk: then the run is there although the caller was told otherwise.
      if (existsSync(join(home, 'runs', first.runId)))
        expect(RunFolder.open(home, first.runId).read()).toEqual(first)
      else expect(existsSync(join(home, 'runs')) ? readdirSync(join(home, 'runs')) : []).toEqual([])
    }
    expect(total).toBeGreaterThan(5)
  })

  it('a record is the old or the new one, and nothing lies beside it', () => {
    const update = (home: string, calls: FileCalls): void =>
      void RunFolder.open(home, first.runId, calls).update({ name: 'second' })
    const counted = newHome()
    RunFolder.create(counted, first)
    const total = countChanges((calls) => update(counted, calls))
    for (let n = 1; n <= total; n += 1) {
      const home = newHome()
      RunFolder.create(home, first)
      // The last change of all gives the lock back: then everything is done.
      if (n < total) expect(() => update(home, failingFrom(n).calls)).toThrow(/disk is full/)
      else update(home, failingFrom(n).calls)
      const folder = RunFolder.open(home, first.runId)
      expect(['first', 'second']).toContain(folder.read().name)
      expect(readdirSync(folder.path).filter((name) => name !== 'lock')).toEqual(['run.json'])
    }
    expect(total).toBeGreaterThan(4)
  })

  it('a log keeps every event that was reported as kept, and takes new ones once there is room', () => {
    const batches = [[step(1), step(2)], [{ ...message }], [step(3)]]
    const total = countChanges((calls) => {
      const home = newHome()
      RunFolder.create(home, first)
      const folder = RunFolder.open(home, first.runId, calls)
      for (const batch of batches) folder.appendEvents(batch)
      folder.close()
    })
    for (let n = 1; n <= total; n += 1) {
      const home = newHome()
      RunFolder.create(home, first)
      const folder = RunFolder.open(home, first.runId, failingFrom(n).calls)
      const kept: RunEvent[] = []
      for (const batch of batches) {
        try {
          folder.appendEvents(batch)
          kept.push(...batch)
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: 'disk-full' })
          break
        }
      }
      folder.close()
      const later = RunFolder.open(home, first.runId)
      expect(later.readEvents().slice(0, kept.length)).toEqual(kept)
      later.appendEvents([step(9)])
      expect(later.readEventLog().damagedLines).toEqual([])
      expect(later.readEvents().at(-1)).toEqual(step(9))
      later.close()
    }
    expect(total).toBeGreaterThan(3)
  })

  it('a failure other than a full disk is not called one', () => {
    const home = newHome()
    RunFolder.create(home, first)
    expect(() =>
      RunFolder.open(home, first.runId, failingFrom(1, 'EROFS').calls).update({ name: 'x' }),
    ).toThrow(expect.objectContaining({ code: 'file-unreadable' }))
    expect(() =>
      RunFolder.open(home, first.runId, failingFrom(1, 'EIO').calls).update({ name: 'x' }),
    ).toThrow(/EIO/)
  })
})
