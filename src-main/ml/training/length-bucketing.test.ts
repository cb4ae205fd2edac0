import { describe, expect, it } from 'vitest'
import { uniformSequence } from '../random/seed-mixing.ts'
import { evaluationBatches, trainingBatches } from './length-bucketing.ts'

const uniform = uniformSequence(1, 'test lengths')
const lengths = Array.from({ length: 1003 }, () => 20 + Math.floor(108 * uniform() ** 2))

function paddingShare(batches: readonly (readonly number[])[]): number {
  let computed = 0
  let real = 0
  for (const batch of batches) {
    computed += batch.length * Math.max(...batch.map((index) => lengths[index]!))
    real += batch.reduce((sum, index) => sum + lengths[index]!, 0)
  }
  return 1 - real / computed
}

describe('training batches', () => {
  it('hold every example once, the last partial batch included', () => {
    const batches = trainingBatches(lengths, 16, 42, 1)

    expect(batches.flat().sort((a, b) => a - b)).toEqual(lengths.map((_, index) => index))
    expect(batches).toHaveLength(Math.ceil(1003 / 16))
    expect(batches.filter((batch) => batch.length === 1003 % 16)).toHaveLength(1)
  })

  it('waste less than a tenth on padding', () => {
    expect(paddingShare(trainingBatches(lengths, 16, 42, 1))).toBeLessThan(0.1)
  })

  it('differ from epoch to epoch, and are the same for the same seed', () => {
    expect(trainingBatches(lengths, 16, 42, 1)).toEqual(trainingBatches(lengths, 16, 42, 1))
    expect(trainingBatches(lengths, 16, 42, 1)).not.toEqual(trainingBatches(lengths, 16, 42, 2))
    expect(trainingBatches(lengths, 16, 43, 1)).not.toEqual(trainingBatches(lengths, 16, 42, 1))
  })

  it('do not come in order of length', () => {
    const longest = trainingBatches(lengths, 16, 42, 1).map((batch) =>
      Math.max(...batch.map((i) => lengths[i]!)),
    )
    const rises = longest.filter((length, i) => i > 0 && length > longest[i - 1]!).length

    expect(rises).toBeGreaterThan(longest.length / 4)
    expect(rises).toBeLessThan((3 * longest.length) / 4)
  })
})

describe('evaluation batches', () => {
  it('hold every example once with hardly any padding', () => {
    const batches = evaluationBatches(lengths, 32)

    expect(batches.flat().sort((a, b) => a - b)).toEqual(lengths.map((_, index) => index))
    expect(paddingShare(batches)).toBeLessThan(0.05)
  })
})
