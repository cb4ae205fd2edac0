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
const run = (train: number, config = miniLm): Pick<PreparedRun, 'train' | 'validation' | 'config'> => ({
  train: examples(train),
  validation: examples(112),
  config,
})

describe('lengths that batches are padded to', () => {
  it('are several even in a short run of a real model, whose padding costs more than they do', () => {
    const lengths = paddedLengths(run(160), { maxEpochs: 4 }, 'processor')

    expect(lengths.length).toBeGreaterThan(2)
    expect(lengths.at(-1)).toBe(127)
  })

  it('is one for a model so small that padding costs nothing', () => {
    expect(paddedLengths(run(64, tiny), { maxEpochs: 2 }, 'processor')).toEqual([127])
  })

  it('are more the longer a run is, eight at most', () => {
    const counts = [1, 4, 40].map((maxEpochs) => paddedLengths(run(320), { maxEpochs }, 'processor').length)

    expect(counts).toEqual([...counts].sort((a, b) => a - b))
    expect(counts[0]).toBeLessThan(counts[2]!)
    expect(counts[2]).toBeLessThanOrEqual(8)
  })

  it('is one on a GPU, which computes padding sooner than it compiles', () => {
    expect(paddedLengths(run(2490), { maxEpochs: 5 }, 'gpu')).toEqual([127])
  })

  it('are as many as help in eager execution, where a length costs nothing', () => {
    expect(paddedLengths(run(64, tiny), { maxEpochs: 2 }, 'eager').length).toBeGreaterThan(4)
  })

  it('is one, of no example more than the longest, where all are equally long', () => {
    const alike = { ...run(0), train: Array(64).fill(examples(1)[0]!), validation: [] }

    expect(paddedLengths(alike, { maxEpochs: 100 }, 'processor')).toEqual([16])
  })
})

describe('whether loops are compiled', () => {
  it('depends on the operations of the whole run', () => {
    expect(isFusionWorthwhile(run(2490), { maxEpochs: 5 })).toBe(true)
    expect(isFusionWorthwhile(run(160), { maxEpochs: 4 })).toBe(false)
    expect(isFusionWorthwhile(run(2490, tiny), { maxEpochs: 5 })).toBe(false)
  })
})
