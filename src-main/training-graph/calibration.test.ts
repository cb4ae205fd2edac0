import { describe, expect, it } from 'vitest'
import { methodConfig } from '@shared/config/method-config.ts'
import { calibratedShares, timedExtents } from './calibration.ts'
import type { StepExtent } from './step-functions.ts'

/** Shares when every extent takes so many seconds, and ten times as many on its first run. */
function sharesOf(seconds: Partial<Record<StepExtent, number>>): ReturnType<typeof calibratedShares> {
  let clock = 0
  const seen = new Set<StepExtent>()
  return calibratedShares(
    Object.keys(seconds) as StepExtent[],
    () => clock,
    (extent) => {
      clock += seconds[extent]! * (seen.has(extent) ? 1 : 10)
      seen.add(extent)
    },
  )
}

const sum = (shares: ReturnType<typeof sharesOf>): number =>
  Object.values(shares).reduce((total, share) => total + share, 0)

describe('shares of a step’s parts', () => {
  it('are what each extent adds, without the time of compiling', () => {
    expect(
      sharesOf({ 'first-pass': 1, attribution: 3, mask: 4, forward: 6, backward: 9, update: 10 }),
    ).toEqual({
      firstPass: 0.1,
      attribution: 0.2,
      mask: 0.1,
      secondPass: 0.2,
      backward: 0.3,
      update: 0.1,
    })
  })

  it('are 0 where an extent measures shorter than the one before, and sum to 1 all the same', () => {
    const shares = sharesOf({ forward: 4, backward: 3, update: 8 })

    expect(shares).toEqual({ secondPass: 0.5, backward: 0, update: 0.5 })
    const uneven = sharesOf({
      'first-pass': 0.7,
      attribution: 0.3,
      mask: 0.9,
      forward: 0.1,
      backward: 0.95,
      update: 1.3,
    })
    expect(Math.min(...Object.values(uneven))).toBe(0)
    expect(sum(uneven)).toBeCloseTo(1, 12)
  })

  it('are equal when the clock does not move', () => {
    expect(sharesOf({ forward: 0, backward: 0 })).toEqual({ secondPass: 0.5, backward: 0.5 })
  })
})

describe('the extents that are timed', () => {
  const training = ['forward', 'backward', 'update']

  it.each([
    [{ kind: 'fine-tuning' }, 'fine-tuning', training],
    [{ kind: 'ad-drop' }, 'fine-tuning', training],
    [{ kind: 'ad-drop', attribution: 'random' }, 'regularized', ['mask', ...training]],
    [{ kind: 'ad-drop' }, 'regularized', ['first-pass', 'attribution', 'mask', ...training]],
  ] as const)('of %j in a step of %s', (method, phase, expected) => {
    expect(timedExtents(methodConfig.parse(method), phase)).toEqual(expected)
  })
})
