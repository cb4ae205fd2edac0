import { describe, expect, it } from 'vitest'
import { scoreTask } from './score-task.ts'

describe('scoreTask', () => {
  it('gives the metrics of each task in the order of its table', () => {
    const gold = [0, 1, 1, 0, 1]
    const predictions = [0, 1, 0, 0, 1]

    expect(Object.keys(scoreTask('cola', gold, predictions))).toEqual(['matthews', 'accuracy'])
    expect(scoreTask('rte', gold, predictions)).toEqual({ accuracy: 0.8, f1: 0.8 })
    expect(scoreTask('wnli', gold, predictions)).toEqual({ accuracy: 0.8 })
    expect(scoreTask('cola', gold, predictions).matthews).toBeCloseTo(2 / 3, 12)
  })

  it('takes label 1 as the positive one of two, and the mean over labels of more', () => {
    const gold = [0, 0, 0, 1]
    const predictions = [0, 0, 1, 1]

    expect(scoreTask('classification', gold, predictions, 2)['f1']).toBeCloseTo(2 / 3, 12)
    expect(scoreTask('classification', gold, predictions, 3)['f1']).toBeCloseTo((0.8 + 2 / 3) / 2, 12)
    expect(scoreTask('classification', [0, 2], [0, 2])['f1']).toBe(1)
    expect(scoreTask('mrpc', [0, 0], [0, 0])['f1']).toBe(0)
  })

  it('clips predictions to the score range of STS-B, and only there', () => {
    const gold = [0, 5, 2.5]
    const predictions = [-40, 5, 2.5]

    expect(scoreTask('stsb', gold, predictions).pearson).toBeCloseTo(1, 12)
    expect(scoreTask('regression', gold, predictions).pearson).toBeLessThan(0.95)
  })

  it('counts an undefined correlation as 0', () => {
    expect(scoreTask('stsb', [1, 2, 3], [4, 4, 4])).toEqual({ pearson: 0, spearman: 0 })
    expect(scoreTask('stsb', [1], [2])).toEqual({ pearson: 0, spearman: 0 })
    expect(scoreTask('regression', [1, 2, 3], [1, NaN, 2])).toEqual({ pearson: 0, spearman: 0 })
  })

  it('refuses predictions that do not match the examples', () => {
    expect(() => scoreTask('sst2', [0, 1], [0])).toThrow(RangeError)
    expect(() => scoreTask('stsb', [0, 1], [0])).toThrow(RangeError)
  })
})
