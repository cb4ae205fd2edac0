import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tasks, taskIds } from '@shared/tasks/task.ts'
import type { Gold } from '@shared/tasks/prediction.ts'
import { scoreTask } from './score-task.ts'

describe('scoreTask', () => {
  it('gives the metrics of each task in the order of its table', () => {
    const gold = [0, 1, 1, 0, 1]
    const predictions = [0, 1, 0, 0, 1]

    expect(Object.keys(scoreTask('cola', gold, predictions).metrics)).toEqual(['matthews', 'accuracy'])
    expect(scoreTask('rte', gold, predictions)).toEqual({
      metrics: { accuracy: 0.8, f1: 0.8 },
      undefined: {},
    })
    expect(scoreTask('wnli', gold, predictions).metrics).toEqual({ accuracy: 0.8 })
    expect(scoreTask('cola', gold, predictions).metrics.matthews).toBeCloseTo(2 / 3, 12)
  })

  it('takes label 1 as the positive one of two, and the mean over labels of more', () => {
    const gold = [0, 0, 0, 1]
    const predictions = [0, 0, 1, 1]
    const f1 = (labels: readonly string[]) =>
      scoreTask('classification', gold, predictions, labels).metrics.f1

    expect(f1(['a', 'b'])).toBeCloseTo(2 / 3, 12)
    expect(f1(['a', 'b', 'c'])).toBeCloseTo((0.8 + 2 / 3) / 2, 12)
    expect(scoreTask('classification', [0, 2], [0, 2]).metrics.f1).toBe(1)
  })

  it('clips predictions to the score range of STS-B, and only there', () => {
    const gold = [0, 5, 2.5]
    const predictions = [-40, 5, 2.5]

    expect(scoreTask('stsb', gold, predictions).metrics.pearson).toBeCloseTo(1, 12)
    expect(scoreTask('regression', gold, predictions).metrics.pearson).toBeLessThan(0.95)
  })

  it('refuses predictions that do not match the examples, or are none', () => {
    expect(() => scoreTask('sst2', [0, 1], [0])).toThrow(RangeError)
    expect(() => scoreTask('stsb', [0, 1], [0])).toThrow(RangeError)
    expect(() => scoreTask('regression', [1, 2, 3], [1, NaN, 2])).toThrow(RangeError)
  })
})

describe('entities', () => {
  const score = (gold: number[][], predicted: (number | null)[][]) =>
    scoreTask('token-classification', gold, predicted, ['O', 'B-city', 'I-city'])

  it('count where first word, last word and type agree; a word that was not read is in none', () => {
    // Gold: three entities. Predicted: the first one, one that is too short, and a word that was cut off.
    const gold = [
      [1, 2, 0, 1],
      [0, 1, 2],
    ]
    const { metrics } = score(gold, [
      [1, 2, 0, null],
      [0, 1, 0],
    ])

    expect(metrics.entityPrecision).toBeCloseTo(1 / 2, 12)
    expect(metrics.entityRecall).toBeCloseTo(1 / 3, 12)
    expect(metrics.entityF1).toBeCloseTo(2 / 5, 12)
    expect(metrics.accuracy).toBeCloseTo(5 / 7, 12)
  })

  it('have no F1 where none are there and none were predicted, and F1 0 where none was found', () => {
    expect(score([[0, 0]], [[0, 0]]).undefined.entityF1).toBe('no entity is there, and none was predicted')
    const { metrics, undefined: reasons } = score([[1, 0]], [[0, 0]])
    expect(metrics.entityF1).toBe(0)
    expect(reasons).toEqual({ entityPrecision: 'no entity was predicted' })
  })
})

describe('a metric that is undefined', () => {
  const undefinedOf = (...given: Parameters<typeof scoreTask>) => {
    const scores = scoreTask(...given)
    const nulls = Object.entries(scores.metrics).filter(([, value]) => value === null)
    expect(nulls.map(([id]) => id)).toEqual(Object.keys(scores.undefined))
    return scores.undefined
  }

  it('is a correlation of constant gold or predicted scores, or of fewer than two', () => {
    expect(undefinedOf('stsb', [1, 2, 3], [4, 4, 4])).toEqual({
      pearson: 'every prediction is 4',
      spearman: 'every prediction is 4',
    })
    expect(undefinedOf('regression', [2, 2], [1, 3]).pearson).toBe('every gold score is 2')
    expect(undefinedOf('stsb', [1], [2]).spearman).toBe('a correlation needs two examples')
    expect(undefinedOf('stsb', [1, 2], [9, 7]).pearson).toBe('every prediction is 5')
  })

  it('is a correlation of predictions that differ by the rounding of float32 alone', () => {
    const rounded = [2.5, 2.5 + 2 ** -22, 2.5 - 2 ** -22]

    expect(undefinedOf('regression', [1, 2, 3], rounded).pearson).toBe('every prediction is 2.5')
    expect(undefinedOf('regression', [1, 2, 3], [2.5, 2.5001, 2.4999])).toEqual({})
    expect(undefinedOf('regression', [1, 2], [0, 0]).pearson).toBe('every prediction is 0')
  })

  it('is Matthews where gold or predictions are of one label', () => {
    expect(undefinedOf('cola', [0, 1], [1, 1])).toEqual({ matthews: 'every prediction is “1”' })
    expect(undefinedOf('cola', [0, 0], [0, 1])).toEqual({ matthews: 'every example has the label “0”' })
  })

  it('is F1 where the label is neither in gold nor predicted; with either, it is 0', () => {
    expect(undefinedOf('rte', [0, 0], [0, 0]).f1).toBe(
      'no example has the label “not_entailment”, and none was predicted to have it',
    )
    expect(scoreTask('mrpc', [0, 0], [0, 1]).metrics.f1).toBe(0)
    expect(scoreTask('mrpc', [0, 1], [0, 0]).metrics.f1).toBe(0)
  })

  it('is everything without examples', () => {
    expect(Object.keys(undefinedOf('rte', [], []))).toEqual(['accuracy', 'f1'])
    expect(Object.keys(undefinedOf('stsb', [], []))).toEqual(['pearson', 'spearman'])
  })

  it('is never a number, and a number is always in the range of its metric, whatever gold and predictions are', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 })), {
      maxLength: 8,
    })
    fc.assert(
      fc.property(rows, fc.constantFrom(...taskIds), (pairs, task) => {
        const most = tasks[task].labels.length === 2 ? 1 : 2
        const [gold, predicted] = [0, 1].map((side) => pairs.map((pair) => Math.min(most, pair[side]!)))
        // Every number is an example, or the one word of a text.
        const each = (values: number[]): Gold[] =>
          tasks[task].kind === 'token-classification' ? values.map((value) => [value]) : values
        const names = tasks[task].labels.length === 0 ? ['O', 'B-a', 'I-a'] : tasks[task].labels
        const scores = scoreTask(task, each(gold!), each(predicted!), names)
        for (const id of tasks[task].metrics) {
          const value = scores.metrics[id]
          if (value === null) expect(scores.undefined[id]).toMatch(/\S/)
          else expect(Math.abs(value!)).toBeLessThanOrEqual(1)
        }
      }),
      { seed: 18 },
    )
  })
})
