import { describe, expect, it } from 'vitest'
import { rounding, expectClose } from '@main/testing/expect-close.ts'
import { evaluate } from './evaluate.ts'
import type { EncodedExample } from '../heads/encoded-example.ts'
import type { ExampleBatch } from './trainer.ts'

/** Examples that name themselves: the first token is the example's place; lengths rise and fall. */
const examples: readonly EncodedExample[] = Array.from({ length: 23 }, (_, place) => {
  const inputIds = [place, ...new Array<number>((7 * place) % 11).fill(1)]
  return { inputIds, tokenTypeIds: inputIds.map(() => 0), label: place % 3 }
})
const placeOf = ({ inputIds }: EncodedExample): number => inputIds[0]!

/** What an example is predicted to be, and its loss: each another number. */
const predictionOf = (place: number): number => 100 + place
const lossOf = (place: number): number => 1 / (1 + place)

/** A trainer that predicts by what it is given; the batches it was given. */
function recordingTrainer(lossOf: (place: number) => number) {
  const batches: ExampleBatch[] = []
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length
  return {
    batches,
    evaluate(batch: ExampleBatch) {
      batches.push(batch)
      const places = batch.examples.map(placeOf)
      // A traced trainer's predictions go on with those of filler rows.
      return { loss: mean(places.map(lossOf)), predictions: [...places.map(predictionOf), -1, -1] }
    },
  }
}

/** Evaluates to the end; what was yielded, and the result. */
function evaluated(some: readonly EncodedExample[], perBatch: number, losses = lossOf) {
  const trainer = recordingTrainer(losses)
  const steps = evaluate(trainer, some, perBatch)
  const done: number[] = []
  for (;;) {
    const { value, done: isOver } = steps.next()
    if (isOver === true) return { ...trainer, done, result: value }
    done.push(value)
  }
}

describe('an evaluation', () => {
  it.each([1, 4, 23, 100])(
    'has each example’s prediction at the example’s own place, in batches of %i',
    (perBatch) => {
      const { result } = evaluated(examples, perBatch)

      expect(result).toMatchObject({
        isFinite: true,
        predictions: examples.map((_, place) => predictionOf(place)),
      })
    },
  )

  it.each([1, 4, 23])(
    'has the mean loss over examples, short last batch included, in batches of %i',
    (perBatch) => {
      const { result } = evaluated(examples, perBatch)

      const expected = examples.reduce((sum, _, place) => sum + lossOf(place), 0) / examples.length
      expectClose([result.loss], [expected], { relative: rounding(2 * examples.length, 'float64') })
    },
  )

  it('takes every example once, at most so many at once, padded to the longest of them', () => {
    const { batches } = evaluated(examples, 4)

    expect(batches.flatMap((batch) => batch.examples.map(placeOf)).sort((a, b) => a - b)).toEqual(
      examples.map((_, place) => place),
    )
    for (const batch of batches) {
      expect(batch.examples.length).toBeLessThanOrEqual(4)
      expect(batch.length).toBe(Math.max(...batch.examples.map(({ inputIds }) => inputIds.length)))
    }
  })

  it.each([NaN, Infinity])('ends at the first batch whose loss is %d, and predicts nothing', (broken) => {
    const { batches, done, result } = evaluated(examples, 4, (place) =>
      place === 11 ? broken : lossOf(place),
    )

    expect(result).toEqual({ isFinite: false, loss: broken })
    expect(batches.at(-1)!.examples.map(placeOf)).toContain(11)
    expect(done).toHaveLength(batches.length - 1)
  })

  it('tells after every batch how many examples are done', () => {
    const { batches, done } = evaluated(examples, 4)

    const counts = batches.map((batch) => batch.examples.length)
    expect(done).toEqual(counts.map((_, i) => counts.slice(0, i + 1).reduce((sum, count) => sum + count, 0)))
    expect(done.at(-1)).toBe(examples.length)
  })
})
