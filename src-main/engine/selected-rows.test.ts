import { describe, expect, it } from 'vitest'
import { runConfig, type RunConfigInput } from '@shared/config/run-config.ts'
import type { Example } from '@shared/results/dataset-summary.ts'
import { selectedRows } from './selected-rows.ts'

const labels = ['0', '1']
/** Sorted by label, as exported files often are. */
const examples = Array.from({ length: 40 }, (_, row): Example => ({ text: 'a', label: row < 30 ? 0 : 1 }))

function select(
  split: 'train' | 'validation',
  limits: RunConfigInput['limits'],
  seed = 1,
  takesFirst = false,
) {
  const config = runConfig.parse({
    schemaVersion: 1,
    checkpoint: 'c',
    dataset: 'd',
    task: 'sst2',
    training: { seed },
    limits,
  })
  return selectedRows(examples, split, { config, labels, takesFirst })
}

describe('the rows that a run uses', () => {
  it('are all without limits, and with limits that reach as far', () => {
    const all = { how: 'all', examples: 40, of: 40, labels: { '0': 30, '1': 10 }, rowsSha256: null }

    expect(select('train', {}).selection).toEqual(all)
    expect(select('train', { trainExamples: 40 }).selection).toEqual(all)
    expect(select('validation', { trainExamples: 4 }).selection).toEqual(all)
  })

  it('are drawn by the seed, each class by its share, and recorded with a digest of their numbers', () => {
    const { rows, selection } = select('train', { trainExamples: 8 })

    expect(selection).toMatchObject({ how: 'drawn', examples: 8, of: 40, labels: { '0': 6, '1': 2 } })
    expect(selection.rowsSha256).toMatch(/^[0-9a-f]{64}$/)
    expect(rows).not.toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(select('train', { trainExamples: 8 }, 2).selection.rowsSha256).not.toBe(selection.rowsSha256)
  })

  it('are as many of each class in a few-shot run, and all of the validation split', () => {
    expect(select('train', { perClass: 4 }).selection.labels).toEqual({ '0': 4, '1': 4 })
    expect(select('validation', { perClass: 4 }).selection.how).toBe('all')
  })

  it('are the same of the validation split whatever the seed, so that scores are of the same examples', () => {
    const of = (seed: number) => select('validation', { validationExamples: 8 }, seed)

    expect(of(1).selection).toMatchObject({ how: 'drawn', labels: { '0': 6, '1': 2 } })
    expect(of(2)).toEqual(of(1))
  })

  it('are the first ones in a run that an earlier version began', () => {
    const { rows, selection } = select('train', { trainExamples: 3 }, 1, true)

    expect([rows, selection.how]).toEqual([[0, 1, 2], 'first'])
  })

  it('are drawn from every range of scores on a regression task', () => {
    const scored = Array.from({ length: 100 }, (_, row): Example => ({ text: 'a', label: row / 20 }))
    const config = runConfig.parse({
      schemaVersion: 1,
      checkpoint: 'c',
      dataset: 'd',
      task: 'stsb',
      limits: { trainExamples: 10 },
    })
    const { rows, selection } = selectedRows(scored, 'train', { config, labels: [], takesFirst: false })

    expect(rows.map((row) => Math.floor(row / 10))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(selection.labels).toEqual({})
  })
})
