import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bucketSteps, readStepSeries } from './step-series.ts'
import { newHome } from './testing-records.ts'

const step = (number: number, loss: number) => ({
  step: number,
  epoch: 1,
  phase: 'fine-tuning' as const,
  loss,
})

describe('a series of steps', () => {
  it('keeps every extreme, the last loss and the bound on points, whatever the losses', () => {
    const losses = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 300 })
    fc.assert(
      fc.property(losses, fc.integer({ min: 1, max: 50 }), (list, buckets) => {
        const points = bucketSteps(
          list.map((loss, index) => step(index + 1, loss)),
          buckets,
        )
        expect(points.length).toBeLessThanOrEqual(buckets)
        expect(Math.min(...points.map(({ min }) => min))).toBe(Math.min(...list))
        expect(Math.max(...points.map(({ max }) => max))).toBe(Math.max(...list))
        expect(points.at(-1)).toMatchObject({ step: list.length, loss: list.at(-1) })
        if (list.length <= buckets) expect(points.map(({ loss }) => loss)).toEqual(list)
        for (const { min, loss, max } of points) expect(min <= loss && loss <= max).toBe(true)
      }),
      { seed: 6 },
    )
  })

  it('does not let a loss that is not finite hide the others', () => {
    const points = bucketSteps([step(1, 2), step(2, Infinity), step(3, NaN)], 1)
    expect(points).toEqual([{ ...step(3, NaN), min: 2, max: 2 }])
    expect(bucketSteps([], 10)).toEqual([])
  })

  it('is read from the log: each step once as it was computed last, other events and a torn line left out', async () => {
    const home = newHome()
    mkdirSync(home, { recursive: true })
    const eventsPath = join(home, 'events.ndjson')
    const line = (number: number, loss: number | string) =>
      JSON.stringify({
        type: 'step',
        runId: 'r',
        time: '',
        step: number,
        epoch: 1,
        phase: 'fine-tuning',
        loss,
        learningRate: 1e-5,
        examples: 16,
        tokens: 500,
        paddedTokens: 20,
        seconds: 0.3,
      })
    writeFileSync(
      eventsPath,
      [
        JSON.stringify({ type: 'message', runId: 'r', time: '', level: 'info', text: 'about "step" 3' }),
        line(1, 3),
        line(2, 2),
        line(3, 9),
        line(2, 2.5),
        line(3, 'NaN'),
        '{"type":"step","step":4,"los',
      ].join('\n'),
    )
    const points = await readStepSeries({ eventsPath }, 10)
    expect(points.map(({ step: number, loss }) => [number, loss])).toEqual([
      [1, 3],
      [2, 2.5],
      [3, NaN],
    ])
    expect(await readStepSeries({ eventsPath: join(home, 'absent') }, 10)).toEqual([])
  })
})
