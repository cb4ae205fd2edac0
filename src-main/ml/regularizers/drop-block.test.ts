import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { dropout } from '../layers/dropout.ts'
import { exampleLosses } from '../losses/task-loss.ts'
import { uniformSequence } from '../random/seed-mixing.ts'
import { expectClose, rounding } from '@main/testing/expect-close.ts'
import { usePlainBackend } from '../testing/plain-backend.ts'
import { blockFactors, dropBlock, startProbability } from './drop-block.ts'
import { expectLosses, expectSlopes, MethodStep, trained, withoutDropout } from './testing/method-step.ts'
import type { DropBlockConfig } from '@shared/config/methods/drop-block.ts'

beforeAll(usePlainBackend)

const settings = (changes: Partial<DropBlockConfig> = {}): DropBlockConfig => ({
  kind: 'drop-block',
  dropRate: 0.4,
  blockSize: 2,
  mask: 'per-unit',
  crossTuning: false,
  ...changes,
})

/** Tokens of the tiny batch's examples, and of its longest. */
const lengths = [7, 3, 5, 7]
const longest = 7
const realTokens = (of: readonly number[] = lengths): tf.Tensor2D =>
  tf.tensor2d(of.map((n) => Array.from({ length: longest }, (_, token) => (token < n ? 1 : 0))))

/** γ of an example, by the definition. */
function gamma(length: number, { dropRate, blockSize }: DropBlockConfig): number {
  const block = Math.min(blockSize, length)
  return (dropRate / block) * (length / (length - block + 1))
}

/** Factors of one example by the definition, [tokens][units]; `draws` alike. */
function plainFactors(draws: number[][], length: number, of: DropBlockConfig): number[][] {
  const block = Math.min(of.blockSize, length)
  const isKept = draws.map((row) => row.map(() => 1))
  for (let start = 0; start <= length - block; start++)
    draws[start]!.forEach((draw, unit) => {
      if (draw >= gamma(length, of)) return
      for (let token = start; token < start + block; token++) isKept[token]![unit] = 0
    })
  const kept = isKept.slice(0, length).flat()
  const left = kept.filter((value) => value === 1).length
  return isKept.map((row) => row.map((value) => (value * kept.length) / Math.max(1, left)))
}

describe('DropBlock', () => {
  it.each([
    ['per-unit', 2],
    ['shared', 3],
  ] as const)(
    'multiplies both halves’ outputs of every block, after vanilla dropout, by the definition’s factors: %s, b %d',
    (mask, blockSize) => {
      const of = settings({ mask, blockSize })
      const step = new MethodStep(dropBlock(of))
      const { logits, random, batch } = step.context()
      const units = mask === 'shared' ? 1 : 15
      const expected = logits(batch.inputs, {
        // The rows of all tokens: the method computes only those that the classifier reads.
        lastBlock: 'every-token',
        dropout(values, site) {
          // The last block's numbers of vanilla dropout hang on its number of rows.
          const isLast = site.layer === 1
          const usual = isLast ? values : dropout(values, site.probability, random('second'), site.name)
          if (site.kind !== 'attention-output' && site.kind !== 'feed-forward-output') return usual
          const draws = random('mask').uniform([4, longest, units], `drop-block.${site.name}`).arraySync()
          const factors = lengths.map((length, row) =>
            plainFactors((draws as number[][][])[row]!, length, of),
          )
          return tf.mul(usual, tf.reshape(tf.tensor3d(factors), [4 * longest, units]))
        },
      })
      const method = dropBlock(of).prepare(step.context()).pass!
      const found = logits(batch.inputs, {
        dropout: (values, site) =>
          method.dropout!(values, site.layer === 1 ? { ...site, probability: 0 } : site),
      })

      const losses = [found, expected].map((of) => exampleLosses(of, batch.targets).dataSync())
      expectLosses(Array.from(losses[0]!), losses[1]!)
    },
  )

  it.each(['per-unit', 'shared'] as const)('has the gradients of finite differences: %s', (mask) => {
    expectSlopes(new MethodStep(dropBlock(settings({ mask }))).slopes())
  })

  it('is plain fine-tuning, vanilla dropout included, bit for bit, at a drop rate of 0', () => {
    expect(trained({ kind: 'drop-block', dropRate: 0 })).toEqual(trained({ kind: 'fine-tuning' }))
  })

  it('leaves the residual alone of every layer where blocks take all there is', () => {
    // The largest rate below 1, in blocks as long as an example: every unit is one block, and every block is drawn.
    const of = settings({ dropRate: 1 - 2 ** -25, blockSize: longest })
    const step = new MethodStep(dropBlock(of), { config: withoutDropout })
    const { logits, batch } = step.context()
    const residualAlone = logits(batch.inputs, {
      dropout: (values, { kind }) =>
        kind === 'attention-output' || kind === 'feed-forward-output' ? tf.zerosLike(values) : values,
    })

    expect(step.losses()).toEqual(Array.from(exampleLosses(residualAlone, batch.targets).dataSync()))
  })

  it('drops the same blocks for the same seed', () => {
    const losses = (changes: Partial<DropBlockConfig> = {}): number[] =>
      new MethodStep(dropBlock(settings(changes))).losses()

    expect(losses()).toEqual(losses())
    expect(losses()).not.toEqual(losses({ dropRate: 0 }))
  })
})

describe('the blocks of a sequence', () => {
  const uniform = uniformSequence(6, 'drop-block test')

  it.each([1, 2, 4, 6, 9])(
    'begin with the definition’s probability where they have room: b %d',
    (blockSize) => {
      const of = settings({ blockSize })
      const found = tf.squeeze(startProbability(realTokens(), of), [2]).arraySync() as number[][]

      lengths.forEach((length, row) => {
        const starts = length - Math.min(length, blockSize) + 1
        expectClose(
          found[row]!,
          found[row]!.map((_, token) => (token < starts ? gamma(length, of) : 0)),
          { relative: rounding(10, 'float64') },
        )
      })
    },
  )

  it.each([1, 2, 4, 6, 9])(
    'are the definition’s for any draws, and never reach padding: b %d',
    (blockSize) => {
      const of = settings({ blockSize })
      for (let round = 0; round < 20; round++) {
        const draws = lengths.map(() =>
          Array.from({ length: longest }, () => Array.from({ length: 5 }, () => Math.fround(uniform()))),
        )
        const probability = startProbability(realTokens(), of)
        const found = blockFactors(tf.tensor3d(draws), probability, realTokens(), blockSize).arraySync()

        lengths.forEach((length, row) => {
          const expected = plainFactors(draws[row]!, length, of)
          // A quotient of two sums of whole numbers.
          expectClose(found[row]!.flat(), expected.flat(), {
            relative: rounding(10, 'float64'),
            scale: longest * 5,
          })
          expect(found[row]!.slice(length).flat()).not.toContain(0)
        })
      }
    },
  )

  it.each([1, 3])('take every token as often as the blocks over it have it: b %d', (blockSize) => {
    const of = settings({ blockSize, dropRate: 0.3 })
    const units = 4000
    const draws = tf.tensor3d(
      Float32Array.from({ length: longest * units }, () => uniform()),
      [1, longest, units],
    )
    const found = blockFactors(draws, startProbability(realTokens([6]), of), realTokens([6]), blockSize)
    const dropped = (found.arraySync()[0] as number[][]).map(
      (row) => row.filter((value) => value === 0).length,
    )
    const places = Array.from({ length: 6 - blockSize + 1 }, (_, start) => start)

    dropped.slice(0, 6).forEach((count, token) => {
      const over = places.filter((start) => start <= token && token < start + blockSize).length
      const rate = 1 - (1 - gamma(6, of)) ** over
      expect(Math.abs(count - units * rate)).toBeLessThan(5 * Math.sqrt(units * rate * (1 - rate)))
    })
    expect(dropped[6]).toBe(0)
  })

  it('keep the sum of what they leave: kept entries grow by the share that is gone', () => {
    const draws = tf.tensor3d(
      Float32Array.from({ length: 4 * 7 * 5 }, () => uniform()),
      [4, 7, 5],
    )
    const factors = blockFactors(draws, startProbability(realTokens(), settings()), realTokens(), 2)
    const sums = tf.sum(tf.mul(factors, tf.expandDims(realTokens(), 2)), [1, 2]).dataSync()

    expectClose(
      sums,
      lengths.map((length) => 5 * length),
      { relative: rounding(5 * longest, 'float64') },
    )
  })

  it('may take everything, and leave zeros', () => {
    const [draws, always] = [tf.zeros<tf.Rank.R3>([4, 7, 1]), tf.ones<tf.Rank.R3>([4, 7, 1])]
    const factors = blockFactors(draws, always, realTokens(), 3).arraySync()

    lengths.forEach((length, row) =>
      expect(
        factors[row]!.slice(0, length)
          .flat()
          .every((value) => value === 0),
      ).toBe(true),
    )
  })
})
