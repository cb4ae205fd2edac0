import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { askedStartTime, livenessOf, livenessOfWriter, ownIdentity, writerTag } from './process-liveness.ts'

const onLinux = process.platform === 'linux'
const here = ownIdentity()
/** When another process started, in Linux's form. */
const startOf = (pid: number): string =>
  readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)!.split(' ')[19]!

describe('a recorded process', () => {
  it('is alive while it is this one', () => {
    expect(livenessOf(here)).toBe('alive')
    expect(livenessOfWriter(writerTag(here))).toBe('alive')
  })

  it('is gone after it was killed', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
    await once(child, 'spawn')
    const identity = { ...here, pid: child.pid!, startTime: onLinux ? startOf(child.pid!) : '' }
    expect(livenessOf(identity)).toBe('alive')
    expect(livenessOfWriter(writerTag(identity))).toBe('alive')
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(livenessOf(identity)).toBe('gone')
    expect(livenessOfWriter(writerTag(identity))).toBe('gone')
  })

  it.skipIf(!onLinux)('is gone while it only waits to be collected by its parent', async () => {
    // By the time the child ends, the shell has become a program that collects no children.
    const shell = spawn('sh', ['-c', 'sleep 0.5 & echo $!; exec sleep 20'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const [line] = (await once(shell.stdout, 'data')) as [Buffer]
    const pid = Number(line.toString())
    const state = (): string => readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.charAt(0)
    for (let waited = 0; waited < 200 && state() !== 'Z'; waited += 1) await sleep(10)
    expect(state()).toBe('Z')
    expect(livenessOf({ ...here, pid, startTime: startOf(pid) })).toBe('gone')
    shell.kill('SIGKILL')
  })

  it('is not mistaken for another that got its number', () => {
    expect(here.startTime).not.toBe('')
    expect(livenessOf({ ...here, startTime: `${here.startTime}0` })).toBe('gone')
    if (onLinux)
      expect(livenessOfWriter(writerTag({ ...here, startTime: `${here.startTime}0` }))).toBe('gone')
  })

  it('is gone when the system was started anew since, whatever runs under its number', () => {
    expect(livenessOf({ ...here, bootId: `${here.bootId}0` })).toBe('gone')
  })

  it.each(['host', 'pidNamespace'] as const)('cannot be judged from another %s', (place) => {
    const elsewhere = { ...here, pid: 2 ** 30, [place]: 'another' }
    expect(livenessOf(elsewhere)).toBe('unknown')
    expect(livenessOfWriter(writerTag(elsewhere))).toBe('unknown')
  })

  it('that never existed is gone', () => {
    for (const pid of [0, -1, 1.5, NaN, 2 ** 30]) expect(livenessOf({ ...here, pid })).toBe('gone')
  })

  it.skipIf(spawnSync('ps', ['-o', 'lstart=', '-p', '1']).status !== 0)(
    'tells when it started where the system must be asked by a program',
    () => {
      const started = askedStartTime(process.pid, 'darwin')
      const seconds = (Date.now() - process.uptime() * 1000 - Date.parse(`${started} UTC`)) / 1000
      // ps counts whole seconds, and derives them from the time since the system started.
      expect(Math.abs(seconds)).toBeLessThan(30)
      expect(askedStartTime(process.pid, 'darwin')).toBe(started)
      expect(askedStartTime(2 ** 30, 'darwin')).toBe('')
    },
  )
})
