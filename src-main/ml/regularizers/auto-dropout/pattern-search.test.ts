import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { uniformSequence } from '../../random/seed-mixing.ts'
import { methodConfig } from '@shared/config/method-config.ts'
import {
  parsePattern,
  patternSublayers,
  searchedSizes,
  searchedStrides,
  type DropoutPattern,
} from '@shared/config/methods/dropout-pattern.ts'
import { bestCandidate, candidatePatterns, mutated } from './pattern-search.ts'
import type { AutoDropoutConfig } from '@shared/config/methods/auto-dropout.ts'

const settings = (changes: Partial<AutoDropoutConfig> = {}): AutoDropoutConfig =>
  methodConfig.parse({ kind: 'auto-dropout', search: 'evolutionary', ...changes }) as AutoDropoutConfig

/** A search to its end under a reward. */
function searched(
  of: AutoDropoutConfig,
  seed: number,
  reward: (pattern: DropoutPattern) => number,
): { patterns: readonly DropoutPattern[]; scores: readonly number[] } {
  const scores: number[] = []
  while (scores.length < of.candidates) scores.push(reward(candidatePatterns(of, seed, scores).at(-1)!))
  return { patterns: candidatePatterns(of, seed, scores).slice(0, -1), scores }
}

/** Prefers long stretches everywhere. */
const lovesSize = (pattern: DropoutPattern): number =>
  patternSublayers.reduce((sum, sublayer) => sum + pattern[sublayer].size, 0)

const tokensOf = (pattern: DropoutPattern): unknown[] =>
  patternSublayers.flatMap((sublayer) => Object.values(pattern[sublayer]))

/** Tokens in which two patterns differ. */
const changes = (a: DropoutPattern, b: DropoutPattern): number =>
  tokensOf(a).filter((token, i) => token !== tokensOf(b)[i]).length

describe('a search for a pattern', () => {
  it.each(['random', 'evolutionary'] as const)('begins with the pattern of the settings: %s', (search) => {
    const of = settings({ search, pattern: 'query 3/7 t' })

    expect(candidatePatterns(of, 1, [])).toEqual([parsePattern('query 3/7 t')])
  })

  it.each(['random', 'evolutionary'] as const)(
    'is a function of seed and scores, and later scores change no earlier candidate: %s',
    (search) => {
      const of = settings({ search })
      fc.assert(
        fc.property(fc.integer(), fc.array(fc.double({ noNaN: true }), { maxLength: 12 }), (seed, scores) => {
          const patterns = candidatePatterns(of, seed, scores)
          expect(patterns).toHaveLength(scores.length + 1)
          expect(candidatePatterns(of, seed, scores)).toEqual(patterns)
          const half = scores.slice(0, scores.length >> 1)
          expect(candidatePatterns(of, seed, half)).toEqual(patterns.slice(0, half.length + 1))
        }),
        { numRuns: 40 },
      )
      const scores = [0.1, 0.2, 0.3]
      expect(candidatePatterns(of, 1, scores)[1]).not.toEqual(candidatePatterns(of, 2, scores)[1])
    },
  )

  it('draws, when random, without regard to scores', () => {
    const of = settings({ search: 'random' })

    expect(candidatePatterns(of, 3, [1, 2, 3, 4, 5, 6])).toEqual(candidatePatterns(of, 3, [6, 5, 4, 3, 2, 1]))
  })

  it('draws values of the searched space only', () => {
    for (const pattern of candidatePatterns(
      settings({ search: 'random' }),
      5,
      new Array<number>(50).fill(0),
    ).slice(1))
      for (const sublayer of patternSublayers) {
        expect(searchedSizes).toContain(pattern[sublayer].size)
        expect(searchedStrides).toContain(pattern[sublayer].stride)
      }
  })

  it('copies, when evolutionary, the best of the latest candidates with one token changed', () => {
    // Every draw of a sample this large finds the best of the population.
    const of = settings({ populationSize: 3, sampleSize: 64 })
    const scores = [9, 1, 2, 0.5, 3, 0.1, 0.2, 0.3]
    const patterns = candidatePatterns(of, 11, scores)

    // The best of candidates 0 to 2, of 1 to 3, and so on: who is older than the latest three is no parent any more.
    const parents = [0, 2, 4, 4, 4, 7].map((at) => patterns[at]!)
    parents.forEach((parent, i) => expect(changes(patterns[3 + i]!, parent), `candidate ${3 + i}`).toBe(1))
  })

  it('finds higher rewards by evolution than by chance, when the reward depends on the pattern', () => {
    const best = (search: 'random' | 'evolutionary', seed: number): number => {
      const of = settings({ search, candidates: 60, populationSize: 10, sampleSize: 4, pattern: 'none' })
      return Math.max(...searched(of, seed, lovesSize).scores)
    }
    const mean = (search: 'random' | 'evolutionary'): number =>
      Array.from({ length: 10 }, (_, seed) => best(search, seed)).reduce((sum, value) => sum + value, 0) / 10

    expect(mean('evolutionary')).toBeGreaterThan(mean('random') + 2)
  })

  it('takes the first of the best', () => {
    expect(bestCandidate([0.1, 0.7, 0.7, 0.3])).toBe(1)
    expect(bestCandidate([-2, -1])).toBe(1)
  })
})

describe('a mutation', () => {
  it('changes one token of one sublayer, and never one without effect', () => {
    const uniform = uniformSequence(1, 'mutation test')
    let pattern = parsePattern('none')!
    for (let round = 0; round < 300; round++) {
      const child = mutated(pattern, uniform)
      expect(changes(pattern, child)).toBe(1)
      const changed = patternSublayers.find((sublayer) => child[sublayer] !== pattern[sublayer])!
      expect(child[changed].size + pattern[changed].size).toBeGreaterThan(0)
      pattern = child
    }
  })
})
