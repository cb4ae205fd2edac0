import { describe, expect, it } from 'vitest'
import { drawnRows, scoreTenths } from './drawn-rows.ts'

/** Rows of three classes, in files that are sorted by class: 60, 30 and 10 in a hundred. */
const classes = Array.from({ length: 1000 }, (_, row) => (row < 600 ? 0 : row < 900 ? 1 : 2))
const countsOf = (rows: readonly number[], strata = classes): number[] =>
  [0, 1, 2].map((stratum) => rows.filter((row) => strata[row] === stratum).length)

describe('rows drawn from a split', () => {
  it.each([
    [100, [60, 30, 10]],
    [10, [6, 3, 1]],
    [7, [4, 2, 1]],
    [3, [1, 1, 1]],
    [2, [1, 1, 0]],
    [1000, [600, 300, 100]],
    [5000, [600, 300, 100]],
  ])('have every class by its share, the rare ones too: %i of them', (ofAll, expected) => {
    const rows = drawnRows(classes, { ofAll }, 1)

    expect(countsOf(rows)).toEqual(expected)
    expect(new Set(rows).size).toBe(rows.length)
    expect(rows).toEqual([...rows].sort((a, b) => a - b))
  })

  it('are as many of each class in few-shot runs, all where a class has fewer', () => {
    expect(countsOf(drawnRows(classes, { ofEach: 16 }, 1))).toEqual([16, 16, 16])
    expect(countsOf(drawnRows(classes, { ofEach: 250 }, 1))).toEqual([250, 250, 100])
  })

  it('depend on the seed and on nothing else', () => {
    const draw = (seed: number): number[] => drawnRows(classes, { ofEach: 16 }, seed)

    expect(draw(1)).toEqual(draw(1))
    expect(draw(1).filter((row) => draw(2).includes(row)).length).toBeLessThan(16)
  })

  it('are part of a larger few-shot sample of the same seed', () => {
    const larger = new Set(drawnRows(classes, { ofEach: 64 }, 5))

    for (const row of drawnRows(classes, { ofEach: 16 }, 5)) expect(larger).toContain(row)
  })

  it('are as likely from one place of the file as from another', () => {
    const drawn = new Array<number>(10).fill(0)
    for (let seed = 0; seed < 400; seed++)
      for (const row of drawnRows(classes, { ofEach: 30 }, seed))
        if (row < 600) drawn[Math.floor(row / 60)]!++
    // Binomial with 12,000 draws and a probability of a tenth: standard deviation 33; four of them.
    for (const count of drawn) expect(Math.abs(count - 1200)).toBeLessThan(132)
  })

  it('are none of none', () => {
    expect(drawnRows([], { ofAll: 5 }, 1)).toEqual([])
  })
})

describe('the tenths of scores', () => {
  it('are of equal size and in the order of the scores, whatever the rows’ order', () => {
    const scores = Array.from({ length: 100 }, (_, row) => ((row * 37) % 100) / 20)
    const tenths = scoreTenths(scores)

    expect([...new Set(tenths)].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    scores.forEach((score, row) => expect(tenths[row]).toBe(Math.floor(score * 2)))
  })

  it('split equal scores evenly', () => {
    const tenths = scoreTenths(new Array<number>(30).fill(2.5))

    for (let tenth = 0; tenth < 10; tenth++) expect(tenths.filter((of) => of === tenth)).toHaveLength(3)
  })

  it('keep the distribution of scores in a sample', () => {
    const scores = Array.from({ length: 500 }, (_, row) => 5 * (row / 500) ** 2)
    const mean = (rows: readonly number[]): number =>
      rows.reduce((sum, row) => sum + scores[row]!, 0) / rows.length
    const all = mean([...scores.keys()])

    for (let seed = 0; seed < 20; seed++)
      expect(Math.abs(mean(drawnRows(scoreTenths(scores), { ofAll: 50 }, seed)) - all)).toBeLessThan(0.1)
  })
})
