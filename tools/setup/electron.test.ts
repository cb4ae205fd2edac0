import { describe, expect, it } from 'vitest'
import { refusalStands } from './electron.mjs'

const hour = 60 * 60 * 1000

describe('a refused download of Electron', () => {
  const refusal = { version: '45.4.1', time: 1_000_000 * hour }

  it('is not tried again for a day', () => {
    expect(refusalStands(refusal, '45.4.1', refusal.time + 23 * hour)).toBe(true)
    expect(refusalStands(refusal, '45.4.1', refusal.time + 25 * hour)).toBe(false)
  })

  it('is tried at once for another release, without a record, or when the clock went back', () => {
    expect(refusalStands(refusal, '46.0.0', refusal.time + hour)).toBe(false)
    expect(refusalStands(undefined, '45.4.1', refusal.time)).toBe(false)
    expect(refusalStands(refusal, '45.4.1', refusal.time - hour)).toBe(false)
  })
})
