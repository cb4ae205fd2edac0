import { describe, expect, it } from 'vitest'
import { runConfig, type RunConfig } from '@shared/config/run-config.ts'
import { batchesOf } from './epoch-batches.ts'
import { lengthGroups, paddedLengths } from './run-size.ts'
import type { PreparedRun } from './prepared-run.ts'

const sizes = { hiddenSize: 384, intermediateSize: 1536, numHiddenLayers: 6 } as PreparedRun['config']
/** Examples of 16 to 127 tokens. */
const train = Array.from({ length: 640 }, (_, index) => ({
  inputIds: Array.from({ length: 16 + ((index * 37) % 112) }, () => 1),
  tokenTypeIds: [],
}))
const counts = train.map(({ inputIds }) => inputIds.length)
const prepared = {
  train,
  validation: train.slice(0, 100),
  config: sizes,
  tokenCounts: { train: counts, validation: counts.slice(0, 100) },
} as unknown as PreparedRun

function configOf(training: object): RunConfig {
  return runConfig.parse({ schemaVersion: 1, checkpoint: 'c', dataset: 'd', task: 'rte', training })
}

function batches(training: object, execution: 'eager' | 'processor' | 'gpu' = 'processor') {
  const config = configOf(training)
  const groups = lengthGroups(prepared, config.training)
  const buckets = paddedLengths(prepared, config.training, execution)
  return batchesOf({ prepared, config, buckets, lengthGroups: groups }, 1)
}

const composition = (...of: Parameters<typeof batches>): (readonly number[])[] =>
  batches(...of).map(({ indices }) => indices)

describe.each(['by-length', 'shuffled'])('the batches of an epoch, %s', (batching) => {
  it('are the same of a seed however many epochs are planned, on whatever device', () => {
    const expected = composition({ batching, maxEpochs: 1 })

    expect(composition({ batching, maxEpochs: 50 })).toEqual(expected)
    expect(composition({ batching, maxEpochs: 1 }, 'gpu')).toEqual(expected)
    expect(composition({ batching, maxEpochs: 1 }, 'eager')).toEqual(expected)
    expect(composition({ batching, maxEpochs: 1, seed: 7 })).not.toEqual(expected)
  })

  it('have every example once, padded to one of the run’s lengths, the shortest that holds it', () => {
    const found = batches({ batching })
    const lengths = paddedLengths(prepared, configOf({ batching }).training, 'processor')

    expect(found.flatMap(({ indices }) => indices).sort((a, b) => a - b)).toEqual([...train.keys()])
    for (const { indices, length } of found) {
      const longest = Math.max(...indices.map((index) => counts[index]!))
      expect(length).toBe(lengths.find((each) => each >= longest))
    }
  })
})

describe('batching by length', () => {
  it('pads less than a free shuffle', () => {
    const tokens = (batching: string): number =>
      batches({ batching }).reduce((sum, { indices, length }) => sum + indices.length * length, 0)

    expect(tokens('by-length')).toBeLessThan(0.8 * tokens('shuffled'))
  })

  it('leaves every group eight batches to mix: none is made of a few examples', () => {
    const few = { ...prepared, train: train.slice(0, 200) }

    expect(lengthGroups(prepared, { batchSize: 16, batching: 'by-length' }).length).toBe(5)
    expect(lengthGroups(few, { batchSize: 16, batching: 'by-length' })).toEqual([127])
  })
})
