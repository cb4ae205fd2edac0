import { describe, expect, it, vi } from 'vitest'
import { createQuitGuard, type QuitSurroundings } from './quit-guard.ts'

function surroundings(overrides: Partial<QuitSurroundings>) {
  const quit = vi.fn<() => void>()
  return {
    isTraining: () => true,
    confirmQuit: () => Promise.resolve(true),
    close: () => Promise.resolve(),
    longestCloseMs: 1000,
    ...overrides,
    quit,
  }
}

function attempt(guard: ReturnType<typeof createQuitGuard>): boolean {
  const event = { preventDefault: vi.fn() }
  guard.onBeforeQuit(event)
  return event.preventDefault.mock.calls.length === 0
}

describe('the quit guard', () => {
  it('closes the lab first, then lets the app go', async () => {
    const close = vi.fn(() => Promise.resolve())
    const around = surroundings({ close })
    const guard = createQuitGuard(around)
    expect(attempt(guard)).toBe(false)
    await vi.waitFor(() => expect(around.quit).toHaveBeenCalledOnce())
    expect(close).toHaveBeenCalledOnce()
    expect(guard.isLeaving()).toBe(true)
    expect(attempt(guard)).toBe(true)
  })

  it('asks only while a run trains', async () => {
    const confirmQuit = vi.fn(() => Promise.resolve(true))
    const around = surroundings({ isTraining: () => false, confirmQuit })
    attempt(createQuitGuard(around))
    await vi.waitFor(() => expect(around.quit).toHaveBeenCalledOnce())
    expect(confirmQuit).not.toHaveBeenCalled()
  })

  it('stays when the person cancels, and asks again next time', async () => {
    const confirmQuit = vi.fn(() => Promise.resolve(false))
    const around = surroundings({ confirmQuit })
    const guard = createQuitGuard(around)
    attempt(guard)
    attempt(guard)
    await vi.waitFor(() => expect(confirmQuit).toHaveBeenCalledOnce())
    await Promise.resolve()
    await Promise.resolve()
    attempt(guard)
    await vi.waitFor(() => expect(confirmQuit).toHaveBeenCalledTimes(2))
    expect(around.quit).not.toHaveBeenCalled()
    expect(guard.isLeaving()).toBe(false)
  })

  it('does not wait for a lab that never closes', async () => {
    vi.useFakeTimers()
    try {
      const around = surroundings({ close: () => new Promise(() => undefined), longestCloseMs: 15_000 })
      attempt(createQuitGuard(around))
      await vi.advanceTimersByTimeAsync(14_999)
      expect(around.quit).not.toHaveBeenCalled()
      await vi.advanceTimersByTimeAsync(1)
      expect(around.quit).toHaveBeenCalledOnce()
    } finally {
      vi.useRealTimers()
    }
  })

  it('leaves even when closing fails', async () => {
    const around = surroundings({ close: () => Promise.reject(new Error('disk gone')) })
    attempt(createQuitGuard(around))
    await vi.waitFor(() => expect(around.quit).toHaveBeenCalledOnce())
  })
})
