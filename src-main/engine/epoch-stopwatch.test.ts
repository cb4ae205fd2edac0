import { describe, expect, it } from 'vitest'
import { EpochStopwatch, type EpochPart } from './epoch-stopwatch.ts'
import type { StepShares } from '@main/ml/training/trainer.ts'

/** What the stopwatch shows after parts of so many seconds each. */
function secondsOf(
  parts: readonly [part: EpochPart | StepShares, seconds: number][],
  earlier?: EpochStopwatch,
) {
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

  it('divides time among parts by their shares', () => {
    const seconds = secondsOf([
      [{ secondPass: 0.25, backward: 0.5, update: 0.25 }, 8],
      ['update', 1],
      [{ other: 1 }, 3],
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
