import { describe, expect, it } from 'vitest'
import { judgeEngineExit, type EngineExit } from './engine-death.ts'

const anExit = (exit: Partial<EngineExit>): EngineExit => ({
  code: null,
  signal: null,
  startError: null,
  logTail: '',
  memoryExhausted: false,
  ...exit,
})

describe('judgeEngineExit', () => {
  it('calls a kill from outside an interruption', () => {
    expect(judgeEngineExit(anExit({ signal: 'SIGKILL' }))).toEqual({ status: 'interrupted', failure: null })
    expect(judgeEngineExit(anExit({ signal: 'SIGTERM' })).status).toBe('interrupted')
  })

  it('calls SIGKILL an out-of-memory failure when the kernel counted one', () => {
    expect(judgeEngineExit(anExit({ signal: 'SIGKILL', memoryExhausted: true }))).toMatchObject({
      status: 'failed',
      failure: { code: 'out-of-memory' },
    })
  })

  it('recognises a failed allocation in the log', () => {
    const logTail =
      "terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc\n"

    expect(judgeEngineExit(anExit({ signal: 'SIGABRT', logTail })).failure?.code).toBe('out-of-memory')
  })

  it('calls a crash engine-died and quotes the line of the log that says why', () => {
    const logTail =
      "first\nError: Cannot find module x\n    at load (a.js:1)\n  code: 'X'\n}\n\nNode.js v20.1.0\n"

    const verdict = judgeEngineExit(anExit({ code: 1, logTail }))

    expect(verdict).toMatchObject({ status: 'failed', failure: { code: 'engine-died' } })
    expect(verdict.failure?.message).toContain('exit code 1')
    expect(verdict.failure?.message).toContain('Cannot find module x')
    expect(judgeEngineExit(anExit({ signal: 'SIGSEGV' })).failure?.message).toContain('SIGSEGV')
  })

  it('recognises a full disk in the log', () => {
    const logTail =
      'LabError: Could not write to /runs/r: the disk is full (ENOSPC).\n    at write (a.js:1)\n'

    expect(judgeEngineExit(anExit({ code: 1, logTail })).failure).toMatchObject({ code: 'disk-full' })
  })

  it('says so when the process never started', () => {
    const verdict = judgeEngineExit(anExit({ startError: 'spawn node ENOENT' }))

    expect(verdict.failure?.code).toBe('engine-unavailable')
    expect(verdict.failure?.message).toContain('ENOENT')
  })
})
