import { describe, expect, it, vi } from 'vitest'
import { broadcastEvent } from './event-broadcast.ts'
import { stayAwakeSwitch } from './stay-awake.ts'

describe('stayAwakeSwitch', () => {
  it('blocks sleep once while a run trains and lets go afterwards', () => {
    const blocker = { start: vi.fn(() => 0), stop: vi.fn() }
    const setTraining = stayAwakeSwitch(blocker)
    setTraining(false)
    expect(blocker.start).not.toHaveBeenCalled()
    setTraining(true)
    setTraining(true)
    expect(blocker.start).toHaveBeenCalledOnce()
    setTraining(false)
    setTraining(false)
    expect(blocker.stop).toHaveBeenCalledOnce()
    expect(blocker.stop).toHaveBeenCalledWith(0)
  })
})

describe('broadcastEvent', () => {
  it('sends to every window that is still there', () => {
    const open = { isDestroyed: () => false, webContents: { isDestroyed: () => false, send: vi.fn() } }
    const gone = { isDestroyed: () => true, webContents: { isDestroyed: () => true, send: vi.fn() } }
    const event = { seq: 3, type: 'library-changed', what: 'datasets' } as const
    broadcastEvent([gone, open], event)
    expect(open.webContents.send).toHaveBeenCalledWith('lab:event', event)
    expect(gone.webContents.send).not.toHaveBeenCalled()
  })
})
