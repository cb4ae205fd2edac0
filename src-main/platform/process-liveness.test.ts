import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { identityOf, isAlive, ownIdentity } from './process-liveness.ts'

describe('a recorded process', () => {
  it('is alive while it is this one', () => {
    expect(isAlive(ownIdentity())).toBe(true)
  })

  it('is gone after it was killed', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
    await once(child, 'spawn')
    const identity = identityOf(child.pid!)
    expect(isAlive(identity)).toBe(true)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(isAlive(identity)).toBe(false)
  })

  it.skipIf(process.platform !== 'linux')(
    'is gone while it only waits to be collected by its parent',
    async () => {
      // By the time the child ends, the shell has become a program that collects no children.
      const shell = spawn('sh', ['-c', 'sleep 0.5 & echo $!; exec sleep 20'], {
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      const [line] = (await once(shell.stdout, 'data')) as [Buffer]
      const pid = Number(line.toString())
      const state = (): string => readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.charAt(0)
      for (let waited = 0; waited < 200 && state() !== 'Z'; waited += 1) await sleep(10)
      expect(state()).toBe('Z')
      expect(isAlive(identityOf(pid))).toBe(false)
      shell.kill('SIGKILL')
    },
  )

  it.skipIf(process.platform !== 'linux')('is not mistaken for another that got its number', () => {
    const own = ownIdentity()
    expect(own.startTime).not.toBe('')
    expect(isAlive({ ...own, startTime: `${own.startTime}0` })).toBe(false)
  })

  it('that never existed is gone', () => {
    for (const pid of [0, -1, 1.5, NaN, 2 ** 30]) expect(isAlive({ pid, startTime: '' })).toBe(false)
  })
})
