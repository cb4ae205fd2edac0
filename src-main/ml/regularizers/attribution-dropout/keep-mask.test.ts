import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { usePlainBackend } from '../../testing/plain-backend.ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { inScope } from '../../tensors/in-scope.ts'
import { javascriptUniform } from '../../random/uniform-source.ts'
import { candidateRegion, thresholdIndex, type IndexRule } from './candidate-region.ts'
import { drawKeepMask, drawRandomKeepMask, settleAllDroppedRows } from './keep-mask.ts'

beforeAll(usePlainBackend)

const shape: [number, number, number, number] = [3, 2, 5, 5]
const realTokens = [5, 3, 4]

function realColumns(): tf.Tensor2D {
  return tf.tensor2d(
    realTokens.map((n) => Array.from({ length: 5 }, (_, column) => (column < n ? 1 : 0))),
    undefined,
    'float32',
  )
}

function scores(seed: number): tf.Tensor4D {
  return tf.sub<tf.Tensor4D>(javascriptUniform(shape, [seed, 1]), 0.5)
}

const ratio = fc.integer({ min: 1, max: 9 }).map((tenths) => tenths / 10)
const seeds = fc.integer({ min: 0, max: 100_000 })

describe('the candidate region', () => {
  it('protects exactly k = ⌊n(1 − p)⌋ positions of each row when no scores tie', () => {
    fc.assert(
      fc.property(seeds, ratio, (seed, p) => {
        inScope(() => {
          const region = candidateRegion(scores(seed), realColumns(), p, 'high-attribution')
          const kept = region.isProtected.arraySync()
          kept.forEach((heads, example) => {
            const n = realTokens[example]!
            for (const row of heads.flat()) {
              const protectedReal = row.slice(0, n).reduce((sum, value) => sum + Number(value), 0)
              expect(protectedReal).toBe(Math.floor(((10 - Math.round(10 * p)) * n) / 10))
            }
          })
        })
      }),
      { seed: 1, numRuns: 60 },
    )
  })

  it('is that of the example without its padding, whatever stands there', () => {
    fc.assert(
      fc.property(
        seeds,
        ratio,
        fc.constantFrom('high-attribution', 'low-attribution'),
        (seed, p, discards) => {
          inScope(() => {
            const given = scores(seed)
            const whole = candidateRegion(given, realColumns(), p, discards)
            realTokens.forEach((n, example) => {
              const cut = (tensor: tf.Tensor4D): tf.Tensor4D =>
                tf.slice(tensor, [example, 0, 0, 0], [1, -1, -1, n])
              const alone = candidateRegion(cut(given), tf.ones([1, n]), p, discards)
              expect(cut(whole.isProtected).arraySync()).toEqual(alone.isProtected.arraySync())
              const threshold = tf.slice(whole.threshold, [example, 0, 0, 0], [1, -1, -1, 1])
              expect(threshold.arraySync()).toEqual(alone.threshold.arraySync())
            })
          })
        },
      ),
      { seed: 3, numRuns: 60 },
    )
  })

  it('makes the whole of an all-zero row a candidate', () => {
    const region = candidateRegion(tf.zeros(shape), realColumns(), 0.3, 'high-attribution')

    expect(Math.max(...region.isProtected.dataSync())).toBe(0)
  })

  it('takes the lowest scores when asked for the other end', () => {
    inScope(() => {
      const given = scores(3)
      const region = candidateRegion(given, realColumns(), 0.4, 'low-attribution')
      const values = given.arraySync()
      const kept = region.isProtected.arraySync()
      const row = values[0]![0]![0]!
      const candidates = row.filter((_, column) => !kept[0]![0]![0]![column])
      expect(candidates.sort((a, b) => a - b)).toEqual([...row].sort((a, b) => a - b).slice(0, 2))
    })
  })

  it('follows the heads when they are permuted', () => {
    inScope(() => {
      const given = scores(9)
      const region = (attribution: tf.Tensor4D): Uint8Array =>
        candidateRegion(attribution, realColumns(), 0.5, 'high-attribution').isProtected.dataSync<'bool'>()
      const swapped = region(tf.reverse(given, 1))
      const plain = tf.reverse(tf.tensor4d(Array.from(region(given)), shape), 1).dataSync()
      expect(Array.from(swapped)).toEqual(Array.from(plain))
    })
  })

  it('protects nothing where k = 0', () => {
    const region = candidateRegion(scores(4), realColumns(), 0.9, 'high-attribution')
    const guarded = region.isProtected.arraySync()

    realTokens.forEach((n, b) => {
      for (const row of guarded[b]!.flat()) expect(Math.max(...row.slice(0, n))).toBe(0)
    })
  })

  it('makes every score that ties with the threshold a candidate', () => {
    const row = tf.tensor4d([3, 1, 2, 2, 2], [1, 1, 1, 5])

    const region = candidateRegion(row, tf.ones([1, 5]), 0.4, 'high-attribution')

    expect(Array.from(region.threshold.dataSync())).toEqual([2])
    expect(Array.from(region.isProtected.dataSync())).toEqual([0, 1, 0, 0, 0])
  })
})

describe('the index of the threshold', () => {
  const cases = Array.from({ length: 9 }, (_, tenths) =>
    Array.from({ length: 512 }, (_, n) => [tenths + 1, n + 1] as const),
  ).flat()
  /** Cases in which k is not ⌊n(10 − 10p)/10⌋ in whole numbers. */
  const wrong = (rule: IndexRule): (readonly [number, number])[] =>
    cases.filter(
      ([tenths, n]) =>
        thresholdIndex(n, tenths / 10, 'high-attribution', rule) !== Math.floor(((10 - tenths) * n) / 10),
    )

  it('is exact in float32 for every p and length', () => {
    expect(wrong('float32')).toEqual([])
  })

  it('is one too small in 160 cases in double precision', () => {
    const found = wrong('float64')

    expect(found).toHaveLength(160)
    expect(found).toContainEqual([8, 5])
    expect(found).toContainEqual([3, 90])
  })

  it('is that of the chosen arithmetic within a batch', () => {
    const isReal = realColumns()
    const counts = (rule: IndexRule): number[] => {
      const region = candidateRegion(scores(6), isReal, 0.8, 'high-attribution', rule)
      return realTokens.map((n, b) =>
        region.isProtected
          .arraySync()
          [b]![0]![0]!.slice(0, n)
          .reduce((sum, value) => sum + Number(value), 0),
      )
    }

    expect(counts('float32')).toEqual([1, 0, 0])
    expect(counts('float64')).toEqual([0, 0, 0])
  })
})

describe('the keep mask', () => {
  it('never drops a protected position and never keeps padding', () => {
    fc.assert(
      fc.property(seeds, ratio, ratio, (seed, p, q) => {
        inScope(() => {
          const isReal = realColumns()
          const region = candidateRegion(scores(seed), isReal, p, 'high-attribution')
          const uniform = javascriptUniform(shape, [seed, 2]) as tf.Tensor4D
          const keep = drawKeepMask(region.isProtected, uniform, isReal, q).arraySync()
          const guarded = region.isProtected.arraySync()
          keep.forEach((heads, b) =>
            heads.forEach((rows, h) =>
              rows.forEach((row, t) =>
                row.forEach((value, s) => {
                  if (s >= realTokens[b]!) expect(value).toBe(0)
                  else if (guarded[b]![h]![t]![s]) expect(value).toBe(1)
                }),
              ),
            ),
          )
        })
      }),
      { seed: 2, numRuns: 40 },
    )
  })

  it('drops candidates at rate q, within five standard deviations of the binomial', () => {
    const q = 0.3
    const count = 40_000
    const uniform = javascriptUniform([1, 1, 200, 200], [5, 6]) as tf.Tensor4D
    const keep = drawKeepMask(tf.zeros([1, 1, 200, 200], 'bool'), uniform, tf.ones([1, 200]), q)

    const dropped = count - keep.sum().dataSync()[0]!

    expect(Math.abs(dropped - q * count)).toBeLessThan(5 * Math.sqrt(count * q * (1 - q)))
  })

  it('drops at random with probability p·q, within five standard deviations', () => {
    const [p, q, count] = [0.4, 0.5, 40_000]
    const uniform = javascriptUniform([1, 1, 200, 200], [1, 8]) as tf.Tensor4D
    const keep = drawRandomKeepMask(uniform, tf.ones([1, 200]), p, q)

    const dropped = count - keep.sum().dataSync()[0]!

    expect(Math.abs(dropped - p * q * count)).toBeLessThan(5 * Math.sqrt(count * p * q * (1 - p * q)))
  })
})

describe('a row that would lose everything', () => {
  const isReal = (): tf.Tensor2D => tf.tensor2d([[1, 1, 1, 0]])
  const mask = (): tf.Tensor4D => tf.tensor4d([0, 0, 0, 0, 1, 0, 0, 0], [1, 1, 2, 4])

  it('keeps its real positions under "keep-row", and other rows stay as they are', () => {
    const settled = settleAllDroppedRows(mask(), isReal(), 'keep-row')

    expect(Array.from(settled.dataSync())).toEqual([1, 1, 1, 0, 1, 0, 0, 0])
  })

  it('keeps its highest real position under "keep-top-1", the first on ties', () => {
    const attribution = tf.tensor4d([0.1, 0.7, 0.7, 0.9, 0, 0, 0, 0], [1, 1, 2, 4])

    const settled = settleAllDroppedRows(mask(), isReal(), 'keep-top-1', attribution)

    expect(Array.from(settled.dataSync())).toEqual([0, 1, 0, 0, 1, 0, 0, 0])
  })

  it('stays empty under "literal"', () => {
    expect(Array.from(settleAllDroppedRows(mask(), isReal(), 'literal').dataSync())).toEqual([
      0, 0, 0, 0, 1, 0, 0, 0,
    ])
  })
})
