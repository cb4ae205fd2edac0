import { describe, expect, it } from 'vitest'
import { CallRate, requireBounded } from './call-bounds.ts'

function nested(depth: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < depth; level += 1) value = { inner: value }
  return value
}

describe('the size of a call', () => {
  it.each([
    ['nothing', undefined],
    ['a study with many points', { points: Array.from({ length: 2000 }, (_, index) => ({ seed: index })) }],
    ['a long name', { name: 'n'.repeat(50_000) }],
    ['some depth', nested(20)],
  ])('lets %s through', (_what, input) => {
    expect(() => requireBounded(input)).not.toThrow()
  })

  it.each([
    ['one huge string', { name: 'n'.repeat(100_001) }],
    ['one huge key', { ['k'.repeat(100_001)]: 1 }],
    ['many strings', { names: Array.from({ length: 20 }, () => 'n'.repeat(60_000)) }],
    ['many values', { values: Array.from({ length: 60_000 }, () => 1) }],
    ['a sparse array', { values: new Array(4_000_000_000) }],
    ['many keys', Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`k${index}`, 1]))],
    ['great depth', nested(10_000)],
    ['bytes', { bytes: new Uint8Array(10) }],
    ['a map', new Map()],
  ])('refuses %s', (_what, input) => {
    expect(() => requireBounded(input)).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }) as Error,
    )
  })

  it('ends on a circle', () => {
    const circle: Record<string, unknown> = {}
    circle['self'] = circle
    expect(() => requireBounded(circle)).toThrow('deep')
  })
})

describe('the rate of calls', () => {
  it('lets a burst through, then what time gives back', () => {
    let now = 0
    const rate = new CallRate(() => now)
    const taken = (): number => {
      for (let count = 0; ; count += 1)
        try {
          rate.take()
        } catch {
          return count
        }
    }
    expect(taken()).toBe(400)
    now = 1000
    expect(taken()).toBe(100)
    now = 3_600_000
    expect(taken()).toBe(400)
  })

  it('says so with a code of its own', () => {
    const rate = new CallRate(() => 0)
    for (let count = 0; count < 400; count += 1) rate.take()
    expect(() => rate.take()).toThrow(expect.objectContaining({ code: 'too-many-calls' }) as Error)
  })
})
