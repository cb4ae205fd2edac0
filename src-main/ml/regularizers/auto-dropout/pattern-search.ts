/** Which pattern a search tries next: a function of settings, seed and the scores so far. */
import { uniformSequence, type UniformSequence } from '../../random/seed-mixing.ts'
import {
  parsePattern,
  patternOf,
  patternSublayers,
  searchedSizes,
  searchedStrides,
  type DropoutPattern,
  type SublayerPattern,
} from '@shared/config/methods/dropout-pattern.ts'
import type { AutoDropoutConfig } from '@shared/config/methods/auto-dropout.ts'

/**
 * The candidates of a search, in the order in which they are trained: those that have a score, and the next one.
 *
 * The first is the pattern of the settings. A random search draws all others from the searched space. Regularized
 * evolution draws until its population is full; from then on a candidate is a copy of a parent with one token changed, and
 * the parent the best of a few draws from the latest candidates.
 *
 * @source    Real et al. 2019, AAAI, arXiv:1802.01548, Algorithm 1 (the population ages; sampling with replacement)
 * @differs   One candidate's change is never without effect: a sublayer that is left alone can only get another size.
 * @param settings search, population, first pattern
 * @param seed the run's
 * @param scores of the candidates so far, higher is better; −Infinity = undefined
 * @returns one pattern more than scores
 */
export function candidatePatterns(
  settings: AutoDropoutConfig,
  seed: number,
  scores: readonly number[],
): readonly DropoutPattern[] {
  const patterns: DropoutPattern[] = [parsePattern(settings.pattern)!]
  for (let index = 1; index <= scores.length; index++) {
    const uniform = uniformSequence(seed, 'auto-dropout search', index)
    const isRandom = settings.search !== 'evolutionary' || index < settings.populationSize
    const next = isRandom
      ? randomPattern(uniform)
      : mutated(patterns[parentOf(index, settings, scores, uniform)]!, uniform)
    patterns.push(next)
  }
  return patterns
}

/**
 * The best candidate.
 *
 * @param scores at least one, higher is better; −Infinity = undefined
 * @returns its 0-based number; the first of equals
 */
export function bestCandidate(scores: readonly number[]): number {
  return scores.indexOf(Math.max(...scores))
}

/** Number of the candidate that a child is copied from. */
function parentOf(
  index: number,
  { populationSize, sampleSize }: AutoDropoutConfig,
  scores: readonly number[],
  uniform: UniformSequence,
): number {
  const oldest = index - populationSize
  const sample = Array.from({ length: sampleSize }, () => oldest + Math.floor(uniform() * populationSize))
  return sample.reduce((best, at) => (scores[at]! > scores[best]! ? at : best))
}

function pick<Item>(items: readonly Item[], uniform: UniformSequence): Item {
  return items[Math.floor(uniform() * items.length)]!
}

/** A pattern of the searched space, every token drawn alike. */
function randomPattern(uniform: UniformSequence): DropoutPattern {
  return patternOf(() => ({
    size: pick(searchedSizes, uniform),
    stride: pick(searchedStrides, uniform),
    shareTokens: uniform() < 0.5,
    shareUnits: uniform() < 0.5,
  }))
}

/**
 * A copy with one token of one sublayer changed to another value.
 *
 * @param pattern the parent
 * @param uniform numbers in [0, 1)
 */
export function mutated(pattern: DropoutPattern, uniform: UniformSequence): DropoutPattern {
  const sublayer = pick(patternSublayers, uniform)
  return { ...pattern, [sublayer]: withChange(pattern[sublayer], uniform) }
}

function withChange(before: SublayerPattern, uniform: UniformSequence): SublayerPattern {
  const other = (values: readonly number[], not: number): number =>
    pick(
      values.filter((value) => value !== not),
      uniform,
    )
  const token = before.size === 0 ? 'size' : pick(['size', 'stride', 'share_t', 'share_c'] as const, uniform)
  switch (token) {
    case 'size':
      return { ...before, size: other(searchedSizes, before.size) }
    case 'stride':
      return { ...before, stride: other(searchedStrides, before.stride) }
    case 'share_t':
      return { ...before, shareTokens: !before.shareTokens }
    case 'share_c':
      return { ...before, shareUnits: !before.shareUnits }
  }
}
