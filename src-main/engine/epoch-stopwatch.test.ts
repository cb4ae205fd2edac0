import { describe, expect, it } from 'vitest'
import { EpochStopwatch, type StopwatchPart } from './epoch-stopwatch.ts'

/** What the stopwatch shows after parts of so many seconds each. */
function secondsOf(parts: readonly [part: StopwatchPart, seconds: number][], earlier?: EpochStopwatch) {
  let clock = 50
  const stopwatch = new EpochStopwatch(() => clock, earlier?.read())
  for (const [part, seconds] of parts) {
    stopwatch.begin(part)
    clock += seconds
  }
  return stopwatch.read()
}

describe('an epoch’s stopwatch', () => {
  it('counts every second for the part that runs', () => {
    const seconds = secondsOf([
      ['input', 1],
      ['secondPass', 2],
      ['input', 4],
      ['other', 8],
    ])

    expect(seconds).toMatchObject({ total: 15, input: 5, secondPass: 2, other: 8, backward: 0 })
  })

  it('counts start-up beside what it is a part of, and goes on from an interruption', () => {
    let clock = 50
    const stopwatch = new EpochStopwatch(() => clock, undefined, 2)
    stopwatch.begin('startUp')
    expect(stopwatch.isStartingUp).toBe(true)
    clock += 4
    stopwatch.begin('other')
    expect(stopwatch.isStartingUp).toBe(false)
    clock += 1

    expect(stopwatch.readStartUp()).toBe(6)
    expect(stopwatch.read()).toMatchObject({ total: 5, other: 5 })
  })

  it('divides time among parts by their shares', () => {
    const seconds = secondsOf([
      [{ secondPass: 0.25, backward: 0.5, update: 0.25 }, 8],
      ['update', 1],
      ['startUp', 3],
    ])

    expect(seconds).toMatchObject({ total: 12, secondPass: 2, backward: 4, update: 3, other: 3 })
  })

  it('goes on from the seconds before an interruption, and may be read at any time', () => {
    let clock = 0
    const earlier = new EpochStopwatch(() => clock)
    earlier.begin({ backward: 0.5, update: 0.5 })
    clock = 4
    expect(earlier.read()).toMatchObject({ total: 4, backward: 2, update: 2 })
    clock = 6

    expect(earlier.read()).toMatchObject({ total: 6, backward: 3, update: 3 })
    expect(secondsOf([['backward', 1]], earlier)).toMatchObject({ total: 7, backward: 4, update: 3 })
  })
})
