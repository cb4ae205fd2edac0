import { spawn, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withLock } from './file-lock.mjs'

let root: string
let lock: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'file-lock-'))
  lock = join(root, 'lock')
})
afterEach(() => {
  rmSync(root, { recursive: true })
})

/** A process that adds one to a number in a file, slowly and carelessly. */
const careless = (): string => `
  import { readFileSync, writeFileSync } from 'node:fs'
  import { withLock } from '${pathToFileURL(join(import.meta.dirname, 'file-lock.mjs')).href}'
  const file = ${JSON.stringify(join(root, 'number'))}
  await withLock(${JSON.stringify(lock)}, async () => {
    const number = Number(readFileSync(file, 'utf8'))
    await new Promise((finish) => setTimeout(finish, 20))
    writeFileSync(file, String(number + 1))
  })`

describe('a lock between processes', () => {
  it('lets one in at a time', async () => {
    writeFileSync(join(root, 'number'), '0')

    const processes = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', careless()]),
    )
    await Promise.all(processes.map((child) => new Promise((finish) => child.on('close', finish))))

    expect(readFileSync(join(root, 'number'), 'utf8')).toBe('4')
    expect(readdirSync(root)).toEqual(['number'])
  })

  it('is taken over from a process that is gone', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', ''])
    writeFileSync(lock, JSON.stringify({ processNumber: pid, host: hostname() }))

    expect(await withLock(lock, () => Promise.resolve('done'))).toBe('done')
    expect(existsSync(lock)).toBe(false)
  })

  it('is taken over from another machine that gave no sign of life for minutes', async () => {
    writeFileSync(lock, JSON.stringify({ processNumber: 1, host: 'elsewhere' }))
    const minutesAgo = new Date(Date.now() - 180_000)
    utimesSync(lock, minutesAgo, minutesAgo)

    expect(await withLock(lock, () => Promise.resolve('done'))).toBe('done')
  })

  it('is free again after a failure', async () => {
    await expect(withLock(lock, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed')

    expect(existsSync(lock)).toBe(false)
  })

  it('tells a waiting process who holds it', async () => {
    const waited: number[] = []
    let release = (): void => undefined
    const first = withLock(
      lock,
      () =>
        new Promise<void>((finish) => {
          release = finish
        }),
    )
    const second = withLock(
      lock,
      () => Promise.resolve(),
      (holder) => {
        waited.push(holder)
        release()
      },
    )

    await Promise.all([first, second])

    expect(waited).toEqual([process.pid])
  })
})
