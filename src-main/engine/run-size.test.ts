import { describe, expect, it } from 'vitest'
import { isFusionWorthwhile, paddedLengths } from './run-size.ts'
import type { PreparedRun } from './prepared-run.ts'

/** As many examples as asked, with every length from 16 to 127 tokens. */
const examples = (count: number): PreparedRun['train'] =>
  Array.from({ length: count }, (_, index) => ({
    inputIds: Array.from({ length: 16 + (index % 112) }, () => 1),
    tokenTypeIds: [],
  }))

const miniLm = { hiddenSize: 384, intermediateSize: 1536, numHiddenLayers: 6 } as PreparedRun['config']
const tiny = { hiddenSize: 32, intermediateSize: 64, numHiddenLayers: 2 } as PreparedRun['config']
type SizedRun = Pick<PreparedRun, 'train' | 'validation' | 'config' | 'tokenCounts'>
const tokensOf = (of: PreparedRun['train']): number[] => of.map(({ inputIds }) => inputIds.length)
const run = (train: number, config = miniLm): SizedRun => ({
  train: examples(train),
  validation: examples(112),
  config,
  tokenCounts: { train: tokensOf(examples(train)), validation: tokensOf(examples(112)) },
})
const byLength = { batchSize: 16, batching: 'by-length' } as const

describe('lengths that batches are padded to', () => {
  it('are several in a run of a real model, whose padding costs more than they do', () => {
    const lengths = paddedLengths(run(640), byLength, 'processor')

    expect(lengths.length).toBeGreaterThan(2)
    expect(lengths.at(-1)).toBe(127)
  })

  it('is one for a model so small that padding costs nothing', () => {
    expect(paddedLengths(run(64, tiny), byLength, 'processor')).toEqual([127])
  })

  it('are more the more there is to train on, eight at most', () => {
    const counts = [64, 320, 2490].map((rows) => paddedLengths(run(rows), byLength, 'processor').length)

    expect(counts).toEqual([...counts].sort((a, b) => a - b))
    expect(counts[0]).toBeLessThan(counts[2]!)
    expect(counts[2]).toBeLessThanOrEqual(8)
  })

  it('is one on a GPU, which computes padding sooner than it compiles', () => {
    expect(paddedLengths(run(1200), byLength, 'gpu')).toEqual([127])
  })

  it('are as many as help in eager execution, where a length costs nothing', () => {
    expect(paddedLengths(run(640, tiny), byLength, 'eager').length).toBeGreaterThan(3)
  })

  it('are those of the whole data set, whichever of its rows a run of a study uses', () => {
    const whole = run(2000)
    const drawn = (from: number): SizedRun => ({ ...whole, train: whole.train.slice(from, from + 500) })

    expect(paddedLengths(drawn(0), byLength, 'processor')).toEqual(
      paddedLengths(drawn(1500), byLength, 'processor'),
    )
  })

  it('is one of a free shuffle where every batch has a long example', () => {
    expect(paddedLengths(run(640), { batchSize: 16, batching: 'shuffled' }, 'processor')).toEqual([127])
  })

  it('is one, of no example more than the longest, where all are equally long', () => {
    const alike: SizedRun = {
      ...run(0),
      train: Array(64).fill(examples(1)[0]!),
      validation: [],
      tokenCounts: { train: Array(64).fill(16), validation: [] },
    }

    expect(paddedLengths(alike, byLength, 'processor')).toEqual([16])
  })
})

describe('whether loops are compiled', () => {
  it('depends on the operations of the whole run', () => {
    expect(isFusionWorthwhile(run(2490), { maxEpochs: 5 })).toBe(true)
    expect(isFusionWorthwhile(run(160), { maxEpochs: 4 })).toBe(false)
    expect(isFusionWorthwhile(run(2490, tiny), { maxEpochs: 5 })).toBe(false)
  })
})
