import { describe, expect, it } from 'vitest'
import type { Example } from '@shared/results/dataset-summary.ts'
import type { ParsedDataset } from './import-dataset.ts'
import { summarizeDataset } from './summarize-dataset.ts'

const addedAt = '2026-01-01T00:00:00.000Z'
const source = { path: 'train.tsv', sha256: 'ab' }
const aDataset = (changes: Partial<ParsedDataset>): ParsedDataset => ({
  name: 'set',
  task: 'classification',
  labels: ['no', 'yes', 'perhaps'],
  hasPairs: false,
  splits: {},
  problems: [],
  skippedRows: 0,
  dialect: { delimiter: '\t', quoting: 'off', encoding: 'utf-8', header: true },
  notes: [],
  problemRows: 0,
  ...changes,
})
const examplesOfLength = (...lengths: readonly number[]): Example[] =>
  lengths.map((length) => ({ text: 'x'.repeat(length), label: length % 2 }))

describe('summarizeDataset', () => {
  it('counts labels, those that do not occur included, and none where there are none', () => {
    const splits = {
      train: { examples: examplesOfLength(1, 2, 3), source },
      test: { examples: [{ text: 'x' }], source },
    }

    const summary = summarizeDataset(aDataset({ splits }), 'id', addedAt)

    expect(summary.splits['train']?.labels).toEqual({ no: 1, yes: 2, perhaps: 0 })
    expect(summary.splits['test']?.labels).toEqual({})
    expect(summary).toMatchObject({ datasetId: 'id', addedAt, skippedRows: 0, task: 'classification' })
  })

  it('gives quantiles by nearest rank and a histogram of 20 bins up to the longest', () => {
    const train = {
      examples: examplesOfLength(...Array.from({ length: 40 }, (_, index) => index + 1)),
      source,
    }

    const split = summarizeDataset(aDataset({ splits: { train } }), 'id', addedAt).splits['train']

    expect(split?.lengthQuantiles).toEqual({ 0: 1, 0.25: 10, 0.5: 20, 0.75: 30, 0.95: 38, 1: 40 })
    expect(split?.lengthHistogram).toEqual([1, ...new Array<number>(18).fill(2), 3])
  })

  it('counts characters of both texts, not UTF-16 units', () => {
    const train = { examples: [{ text: '👍é', pair: 'abc', label: 0 }], source }

    expect(
      summarizeDataset(aDataset({ splits: { train } }), 'id', addedAt).splits['train']?.lengthQuantiles['1'],
    ).toBe(5)
  })

  it("bins scores over the task's range, or over the range that occurs", () => {
    const examples = [0, 0.4, 2.5, 4].map((label) => ({ text: 'x', label }))
    const splits = { train: { examples, source } }
    const binsOf = (task: ParsedDataset['task']): readonly number[] | undefined =>
      summarizeDataset(aDataset({ task, labels: [], splits }), 'id', addedAt).splits['train']?.scoreHistogram

    expect(binsOf('stsb')).toEqual([2, 0, 0, 0, 0, 1, 0, 0, 1, 0])
    expect(binsOf('regression')).toEqual([1, 1, 0, 0, 0, 0, 1, 0, 0, 1])
  })

  it('digests what the examples say, not where they came from', () => {
    const digest = (examples: readonly Example[], path = 'a', name = 'train'): string =>
      summarizeDataset(
        aDataset({ splits: { [name]: { examples, source: { path, sha256: path } } } }),
        path,
        addedAt,
      ).contentSha256
    const examples = examplesOfLength(1, 2)

    expect(digest(examples)).toMatch(/^[0-9a-f]{64}$/)
    expect(digest(examples, 'b')).toBe(digest(examples))
    expect(digest(examples, 'a', 'dev')).not.toBe(digest(examples))
    expect(digest([...examples].reverse())).not.toBe(digest(examples))
    expect(digest([{ text: 'x', pair: '' }])).not.toBe(digest([{ text: 'x' }]))
  })
})
