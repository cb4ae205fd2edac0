import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { nodeFileCalls, type FileCalls } from '@main/platform/file-calls.ts'
import { ownIdentity } from '@main/platform/process-liveness.ts'
import { LabError } from '@shared/failures/failure.ts'
import { showsLife, startHeartbeat } from './lock-heartbeat.ts'
import type { LockHolder } from './lock-holder.ts'
import { RunLock } from './run-lock.ts'

const folders: string[] = []
const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})
function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lab-lock-'))
  folders.push(folder)
  return folder
}
/** Locks of one run, as several programs have them. */
function locks(count: number, calls: FileCalls = nodeFileCalls): RunLock[] {
  const folder = aFolder()
  return Array.from({ length: count }, () => new RunLock(folder, 'r-1', calls))
}
const held = { code: 'run-already-active' }
/** A lock file of somebody else. */
function writeHolder(folder: string, number: number, change: Partial<LockHolder>): void {
  mkdirSync(join(folder, 'lock'), { recursive: true })
  const holder = { token: 't', program: 'engine', ...ownIdentity(), since: '2026-01-02T03:04:05Z', ...change }
  writeFileSync(join(folder, 'lock', `${number}.json`), JSON.stringify(holder))
}

describe('the lock of a run', () => {
  it('is one program’s at a time, and the next one’s when it was given back', () => {
    const [first, second] = locks(2) as [RunLock, RunLock]
    expect(first.look()).toEqual({ number: 0, holder: null, state: 'free' })
    first.take({ program: 'engine', token: 'first' })

    expect(() => second.take({ program: 'engine' })).toThrow(expect.objectContaining(held))
    expect(() => second.take({ program: 'engine' })).toThrow(`the engine process ${process.pid}`)
    expect(second.look()).toMatchObject({ state: 'alive', holder: { token: 'first', pid: process.pid } })
    first.release()
    expect(second.look()).toMatchObject({ state: 'free', holder: { token: 'first' } })
    second.take({ program: 'engine' })
    expect(() => first.assertHeld()).toThrow(expect.objectContaining(held))
    second.assertHeld()
  })

  it('is held or free, whichever of its file-system calls fails while it is taken', () => {
    for (let n = 1, isReached = true; isReached && n < 100; n += 1) {
      let [count, isTaking] = [0, true]
      const calls = new Proxy(nodeFileCalls, {
        get: (target, name, receiver) => {
          const call: unknown = Reflect.get(target, name, receiver)
          if (typeof call !== 'function') return call
          return (...inputs: unknown[]): unknown => {
            count += 1
            if (count === n && isTaking) throw Object.assign(new Error('EIO: made up'), { code: 'EIO' })
            return Reflect.apply(call, target, inputs) as unknown
          }
        },
      })
      const folder = aFolder()
      const before = new RunLock(folder, 'r-1')
      before.take({ program: 'lab' })
      before.release()
      const failing = new RunLock(folder, 'r-1', calls)
      const next = new RunLock(folder, 'r-1')
      try {
        failing.take({ program: 'lab' })
        isTaking = false
        isReached = count >= n
        expect(next.look().state, `call ${n}`).toBe('alive')
        failing.release()
      } catch (thrown) {
        if (!(thrown instanceof LabError)) throw thrown
      }
      expect(next.look().state, `after call ${n}`).not.toBe('alive')
    }
  })

  it('leaves one file behind, however often it is taken', () => {
    const folder = aFolder()
    for (let time = 0; time < 5; time += 1) {
      const lock = new RunLock(folder, 'r-1')
      lock.take({ program: 'lab' })
      lock.release()
    }
    expect(readdirSync(join(folder, 'lock'))).toEqual(['5.free.json'])
  })

  it('is taken over from a process that is gone, by its number, its start or the system’s', () => {
    for (const change of [{ pid: 2 ** 30 }, { startTime: 'another' }, { bootId: 'another' }]) {
      const folder = aFolder()
      writeHolder(folder, 7, change)
      const lock = new RunLock(folder, 'r-1')
      expect(lock.look().state).toBe('gone')
      lock.take({ program: 'engine' })
      expect(readdirSync(join(folder, 'lock'))).toEqual(['8.json'])
    }
  })

  it.each([{ host: 'another' }, { pidNamespace: 'another' }])(
    'is not taken over from where its process cannot be seen: %j',
    (change) => {
      const folder = aFolder()
      writeHolder(folder, 7, { ...change, pid: 2 ** 30 })
      const lock = new RunLock(folder, 'r-1')
      let failure: unknown
      try {
        lock.take({ program: 'engine' })
      } catch (thrown) {
        failure = thrown
      }
      expect(failure).toMatchObject({ ...held, hint: expect.stringContaining('lab unlock r-1') as string })
      lock.takeAway(lock.look())
      expect(lock.look().number).toBe(8)
    },
  )

  it('is taken away only from the holder that was looked at', () => {
    const [holder, first, second] = locks(3) as [RunLock, RunLock, RunLock]
    holder.take({ program: 'engine' })
    const found = second.look()
    first.takeAway(first.look())

    expect(() => second.takeAway(found)).toThrow(expect.objectContaining(held))
    expect(() => holder.assertHeld()).toThrow(expect.objectContaining(held))
    holder.release()
    first.assertHeld()
  })

  it('is taken only if nobody has been there since, where that is asked for', () => {
    const [first, second] = locks(2) as [RunLock, RunLock]
    const { number } = second.look()
    first.take({ program: 'lab' })
    first.release()
    expect(() => second.take({ program: 'lab', after: number })).toThrow(expect.objectContaining(held))
    second.take({ program: 'lab', after: number + 1 })
  })

  it('is nobody’s when its file has no content', () => {
    const folder = aFolder()
    mkdirSync(join(folder, 'lock'))
    writeFileSync(join(folder, 'lock', '3.json'), '')
    const lock = new RunLock(folder, 'r-1')
    lock.take({ program: 'engine' })
    expect(lock.look()).toMatchObject({ number: 4, state: 'alive' })
  })

  it('is free again after a disk failed while it was given back', () => {
    let fails = false
    const calls: FileCalls = {
      ...nodeFileCalls,
      rename: (from, to) => {
        if (fails) throw Object.assign(new Error('EIO'), { code: 'EIO' })
        nodeFileCalls.rename(from, to)
      },
    }
    const [first, second] = locks(2, calls) as [RunLock, RunLock]
    first.take({ program: 'lab' })
    fails = true
    first.release()
    second.take({ program: 'engine' })
  })

  it('works where files cannot be linked', () => {
    const refuse = (): never => {
      throw Object.assign(new Error('no links'), { code: 'ENOTSUP' })
    }
    const [first, second] = locks(2, { ...nodeFileCalls, link: refuse }) as [RunLock, RunLock]
    first.take({ program: 'engine' })
    expect(() => second.take({ program: 'engine' })).toThrow(expect.objectContaining(held))
  })
})

describe('signs of life', () => {
  it('come while the process is busy, and end with it', async () => {
    const folder = aFolder()
    const lock = new RunLock(folder, 'r-1')
    lock.take({ program: 'engine' })
    const stop = startHeartbeat(lock.path)
    const { path } = lock
    expect(await showsLife(path, 8000)).toBe(true)
    await stop()
    expect(await showsLife(path, 3000)).toBe(false)
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ program: 'engine' })
  }, 30_000)

  it('end when the process is stopped, and come again', async () => {
    const folder = aFolder()
    const path = join(folder, 'x')
    writeFileSync(path, '')
    const child = spawn(process.execPath, [
      '-e',
      `const fs = require('node:fs'); const f = fs.openSync(${JSON.stringify(path)}, 'r+'); setInterval(() => { const now = new Date(); fs.futimesSync(f, now, now) }, 100)`,
    ])
    children.push(child)
    await once(child, 'spawn')
    expect(await showsLife(path, 8000)).toBe(true)
    child.kill('SIGSTOP')
    expect(await showsLife(path, 1500)).toBe(false)
    child.kill('SIGCONT')
    expect(await showsLife(path, 8000)).toBe(true)
  }, 30_000)
})
