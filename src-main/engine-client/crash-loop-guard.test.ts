import { describe, expect, it } from 'vitest'
import { CrashLoopGuard } from './crash-loop-guard.ts'

describe('CrashLoopGuard', () => {
  it('trips at the third crash within two minutes', () => {
    let now = 0
    const guard = new CrashLoopGuard(() => now)
    guard.addCrash()
    now = 50_000
    guard.addCrash()
    expect(guard.isLooping).toBe(false)
    now = 110_000
    guard.addCrash()

    expect(guard.isLooping).toBe(true)
  })

  it('forgets crashes older than two minutes, and all of them after a good run', () => {
    let now = 0
    const guard = new CrashLoopGuard(() => now)
    guard.addCrash()
    guard.addCrash()
    guard.addCrash()
    now = 120_001
    expect(guard.isLooping).toBe(false)

    guard.addCrash()
    guard.addCrash()
    guard.addCrash()
    guard.reset()
    expect(guard.isLooping).toBe(false)
  })
})
