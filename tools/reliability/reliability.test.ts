import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { failCallOfRun, numCallsOfRun } from './failing-disk.ts'
import { failCallOf, numCallsOf } from './failing-import.ts'
import { recordPowerCuts, resumeAfter } from './power-cut.ts'
import { seededDraw } from './seeded-draw.ts'
import { aShortRun, carryOutHere } from './tiny-lab.ts'

/** A few of the trials of `npm run reliability`, others each time; the seed of a failure is in its message. */
const seed = Number(process.env['ADDROP_SEED'] ?? Date.now() % 1_000_000)
const few = 6

// Engines that meet a failing disk say so on standard error, with their stack.
beforeEach(() => void vi.spyOn(process.stderr, 'write').mockReturnValue(true))
afterEach(() => vi.restoreAllMocks())

describe(`a run, with seed ${seed}`, () => {
  it('goes on as if nothing had happened after one of its file-system calls failed', async () => {
    const draw = seededDraw(seed)
    const whole = await aShortRun('fine-tuning')
    expect(await carryOutHere(whole)).toBe('done')
    const total = await numCallsOfRun()
    for (let time = 0; time < few; time += 1)
      expect(await failCallOfRun(1 + Math.floor(draw() * total), whole)).toMatchObject({ wrong: [] })
  })

  it.each(['import', 'launch', 'export'] as const)(
    'leaves a store that works after an %s failed',
    async (work) => {
      const draw = seededDraw(seed)
      const total = await numCallsOf(work)
      for (let time = 0; time < few; time += 1) {
        const n = 1 + Math.floor(draw() * total)
        expect(await failCallOf(work, n), `call ${n} failed`).toEqual([])
        expect(await failCallOf(work, n, true), `killed before call ${n}`).toEqual([])
      }
    },
  )

  it('goes on as if nothing had happened after a power cut', async () => {
    const draw = seededDraw(seed)
    const { run, moments } = await recordPowerCuts(draw)
    expect(moments.length).toBeGreaterThan(100)
    for (let time = 0; time < few; time += 1) {
      const moment = moments[Math.floor(draw() * moments.length)]!
      expect(await resumeAfter(moment, run), `after change ${moment.change}, ${moment.arrival}`).toEqual([])
    }
  })
})
