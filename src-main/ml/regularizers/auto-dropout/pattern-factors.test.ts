import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { uniformSequence } from '../../random/seed-mixing.ts'
import { javascriptUniform, passRandom } from '../../random/uniform-source.ts'
import { usePlainBackend } from '../../testing/plain-backend.ts'
import { expectClose, rounding } from '@main/testing/expect-close.ts'
import { patternDraws, patternFactors } from './pattern-factors.ts'

beforeAll(usePlainBackend)

interface Pattern {
  readonly size: number
  readonly stride: number
  readonly shareTokens: boolean
  readonly shareUnits: boolean
}
type Numbers = number[][][]

const lengths = [7, 3, 5, 6]
const tokens = 7
const realTokens = (of: readonly number[] = lengths): tf.Tensor2D =>
  tf.tensor2d(of.map((n) => Array.from({ length: tokens }, (_, token) => (token < n ? 1 : 0))))

/** Plain numbers for every way of sharing. */
function draws(seed: number, units: number, examples = lengths.length): Record<string, Numbers> {
  const uniform = uniformSequence(seed, 'pattern test')
  const numbers = (ofTokens: number, ofUnits: number): Numbers =>
    Array.from({ length: examples }, () =>
      Array.from({ length: ofTokens }, () => Array.from({ length: ofUnits }, () => Math.fround(uniform()))),
    )
  return {
    offset: numbers(1, 1),
    own: numbers(tokens, units),
    ofUnits: numbers(1, units),
    ofTokens: numbers(tokens, 1),
    ofExamples: numbers(1, 1),
  }
}

/** The factors by their definition, in float64. */
function expectedFactors(
  of: Pattern,
  numbers: Record<string, Numbers>,
  rate: number,
  units: number,
): Numbers {
  return lengths.map((length, row) => {
    const period = of.size + of.stride
    const offset = Math.floor(numbers['offset']![row]![0]![0]! * period)
    return Array.from({ length: tokens }, (_, token) =>
      Array.from({ length: units }, (_, unit) => {
        if (token >= length || of.size === 0 || (token + offset) % period >= of.size) return 1
        const [at, which] = [of.shareTokens ? 0 : token, of.shareUnits ? 0 : unit]
        const name = of.shareTokens
          ? of.shareUnits
            ? 'ofExamples'
            : 'ofUnits'
          : of.shareUnits
            ? 'ofTokens'
            : 'own'
        return numbers[name]![row]![at]![which]! < rate ? 0 : 1 / (1 - rate)
      }),
    )
  })
}

function factors(of: Pattern, numbers: Record<string, Numbers>, rate: number, real = realTokens()): Numbers {
  return tf.tidy(() => {
    const pattern = tf.tensor1d([of.size, of.stride, Number(of.shareTokens), Number(of.shareUnits)])
    const given = Object.fromEntries(Object.entries(numbers).map(([name, n]) => [name, tf.tensor3d(n)]))
    return patternFactors(pattern, given as never, real, rate).arraySync()
  })
}

const anyPattern = fc.record({
  size: fc.integer({ min: 0, max: 9 }),
  stride: fc.integer({ min: 0, max: 9 }),
  shareTokens: fc.boolean(),
  shareUnits: fc.boolean(),
})

describe('the factors of a pattern', () => {
  it('are the definition’s, for any pattern and any numbers', () => {
    fc.assert(
      fc.property(
        anyPattern,
        fc.integer(),
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        (of, seed, rate) => {
          const numbers = draws(seed, 5)
          // 1/(1 − p) takes two operations in each of both ways.
          expectClose(factors(of, numbers, rate).flat(2), expectedFactors(of, numbers, rate, 5).flat(2), {
            relative: rounding(16),
          })
        },
      ),
      { numRuns: 60 },
    )
  })

  it('are exactly 1 at padding, and everywhere where the size is 0 or the rate is', () => {
    fc.assert(
      fc.property(anyPattern, fc.integer(), (of, seed) => {
        const numbers = draws(seed, 5)
        lengths.forEach((length, row) =>
          expect(new Set(factors(of, numbers, 0.6)[row]!.slice(length).flat())).toEqual(
            new Set(length < tokens ? [1] : []),
          ),
        )
        expect(new Set(factors({ ...of, size: 0 }, numbers, 0.6).flat(2))).toEqual(new Set([1]))
        expect(new Set(factors(of, numbers, 0).flat(2))).toEqual(new Set([1]))
      }),
      { numRuns: 30 },
    )
  })

  it('are those of vanilla dropout where nothing is left alone and nothing shared', () => {
    const numbers = draws(4, 5)
    const found = factors({ size: 3, stride: 0, shareTokens: false, shareUnits: false }, numbers, 0.25)

    found.forEach((example, row) => {
      const ofRow = example.slice(0, lengths[row]).flat()
      const draws = numbers['own']![row]!.flat()
      expectClose(
        ofRow,
        ofRow.map((_, i) => (draws[i]! < 0.25 ? 0 : 4 / 3)),
        { relative: rounding(16), scale: 4 / 3 },
      )
    })
  })

  it('share: t, the units of all affected tokens; c, all units of a token; tc, an example', () => {
    const whole = { size: 1, stride: 0 }
    const ofTokens = factors({ ...whole, shareTokens: true, shareUnits: false }, draws(1, 8), 0.5)
    const ofUnits = factors({ ...whole, shareTokens: false, shareUnits: true }, draws(1, 8), 0.5)
    const ofBoth = factors({ ...whole, shareTokens: true, shareUnits: true }, draws(1, 8), 0.5)

    lengths.forEach((length, row) => {
      for (const token of ofTokens[row]!.slice(0, length)) expect(token).toEqual(ofTokens[row]![0])
      for (const token of ofUnits[row]!) expect(new Set(token).size).toBe(1)
      expect(new Set(ofBoth[row]!.slice(0, length).flat()).size).toBe(1)
    })
    expect(new Set(ofTokens[0]![0]).size).toBe(2)
    expect(new Set(ofUnits[0]!.flat()).size).toBe(2)
  })

  it('take away the drop rate’s share of what is affected, which is size/(size + stride) of the tokens', () => {
    const [examples, units, rate] = [3000, 4, 0.3]
    const of = { size: 2, stride: 3, shareTokens: false, shareUnits: false }
    const random = passRandom(javascriptUniform, 17)
    const found = tf.tidy(() => {
      const numbers = patternDraws(random, 'layer.0.value', [examples, tokens, units])
      const real = tf.ones<tf.Rank.R2>([examples, tokens])
      return patternFactors(tf.tensor1d([of.size, of.stride, 0, 0]), numbers, real, rate).arraySync()
    })
    const bound = (n: number, p: number): number => 5 * Math.sqrt(n * p * (1 - p))
    const perToken = Array.from({ length: tokens }, (_, token) =>
      found.map((example) => example[token]!).filter((row) => row.some((value) => value !== 1)),
    )
    for (const affected of perToken) {
      expect(Math.abs(affected.length - 0.4 * examples)).toBeLessThan(bound(examples, 0.4))
      const dropped = affected.flat().filter((value) => value === 0).length
      const all = affected.length * units
      expect(Math.abs(dropped - rate * all)).toBeLessThan(bound(all, rate))
    }
  })
})
