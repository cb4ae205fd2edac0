import { describe, expect, it } from 'vitest'
import { decideControl } from './run-control.ts'

describe('decideControl', () => {
  it('speaks to an engine of its own, not to another program’s', () => {
    expect(decideControl('r', 'running', 'pause', true)).toEqual({ kind: 'ask-engine', action: 'pause' })
    expect(() => decideControl('r', 'running', 'pause', false)).toThrowError(
      expect.objectContaining({ code: 'run-already-active' }),
    )
  })

  it('has nothing to resume while its own engine trains, and refuses while another program’s does', () => {
    expect(decideControl('r', 'running', 'resume', true)).toEqual({ kind: 'nothing' })
    expect(() => decideControl('r', 'running', 'resume', false)).toThrowError(
      expect.objectContaining({ code: 'run-already-active' }),
    )
  })

  it.each(['queued', 'paused', 'interrupted', 'failed'] as const)(
    'queues a %s run that is to resume',
    (status) => {
      expect(decideControl('r', status, 'resume', false)).toEqual({ kind: 'queue' })
    },
  )

  it.each(['done', 'stopped', 'cancelled'] as const)('refuses to resume a %s run', (status) => {
    expect(() => decideControl('r', status, 'resume', false)).toThrowError(
      expect.objectContaining({ code: 'run-not-resumable' }),
    )
  })

  it('keeps the results of a paused run that is to stop, and discards a waiting one', () => {
    expect(decideControl('r', 'paused', 'stop', false)).toEqual({ kind: 'set-status', status: 'stopped' })
    expect(decideControl('r', 'queued', 'cancel', false)).toEqual({ kind: 'set-status', status: 'cancelled' })
    expect(() => decideControl('r', 'done', 'cancel', false)).toThrowError(
      expect.objectContaining({ code: 'invalid-argument' }),
    )
  })
})
