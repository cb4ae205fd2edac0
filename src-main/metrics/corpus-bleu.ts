/** Corpus BLEU equal to sacreBLEU's: tokenizer 13a, exponential smoothing, no effective order. */
import { tokenize13a } from './bleu-tokenizer.ts'

/** A BLEU score with everything it was computed from. */
export interface BleuReport {
  /** 0 to 100. */
  readonly score: number
  /** Matched and existing n-grams of the hypotheses, n = 1 … 4. */
  readonly counts: readonly number[]
  readonly totals: readonly number[]
  /** Percent, smoothed, n = 1 … 4. */
  readonly precisions: readonly number[]
  readonly brevityPenalty: number
  /** Tokens of the hypotheses and of the references closest to them in length. */
  readonly hypothesisLength: number
  readonly referenceLength: number
}

const maxOrder = 4

/**
 * BLEU of translated segments against one or more sets of references.
 *
 * @equation BLEU = BP · exp(¼ Σₙ ln pₙ); the k-th order without a match gets pₙ = 100 / (2ᵏ · total)
 * @source Papineni et al. 2002; Post 2018 (sacreBLEU)
 * @param hypotheses one text a segment
 * @param references sets of references, each with one text a segment
 * @param options settings that change the score
 * @param options.lowercase case does not matter (default: it does)
 * @throws RangeError when a set has another number of segments
 */
export function corpusBleu(
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
  options: { readonly lowercase?: boolean } = {},
): BleuReport {
  const tokens = (text: string): readonly string[] =>
    tokenize13a(options.lowercase === true ? text.toLowerCase() : text)
  const counts = new Array<number>(maxOrder).fill(0)
  const totals = new Array<number>(maxOrder).fill(0)
  let hypothesisLength = 0
  let referenceLength = 0
  for (const set of references) {
    if (set.length !== hypotheses.length) {
      throw new RangeError(`${hypotheses.length} hypotheses stand against ${set.length} references.`)
    }
  }
  hypotheses.forEach((text, segment) => {
    const hypothesis = tokens(text)
    const segmentReferences = references.map((set) => tokens(set[segment]!))
    hypothesisLength += hypothesis.length
    referenceLength += closestLength(
      hypothesis.length,
      segmentReferences.map((reference) => reference.length),
    )
    for (let order = 1; order <= maxOrder; order++) {
      const allowed = segmentReferences.map((reference) => nGrams(reference, order))
      for (const [nGram, count] of nGrams(hypothesis, order)) {
        totals[order - 1]! += count
        counts[order - 1]! += Math.min(count, Math.max(0, ...allowed.map((grams) => grams.get(nGram) ?? 0)))
      }
    }
  })
  const brevityPenalty = penalty(hypothesisLength, referenceLength)
  const precisions = smoothedPrecisions(counts, totals)
  // An order without any n-gram has precision 0, and so does the score.
  const meanLog = precisions.reduce((sum, precision) => sum + Math.log(precision), 0) / maxOrder
  const score = brevityPenalty * Math.exp(meanLog)
  return { score, counts, totals, precisions, brevityPenalty, hypothesisLength, referenceLength }
}

function nGrams(tokens: readonly string[], order: number): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (let start = 0; start + order <= tokens.length; start++) {
    const nGram = tokens.slice(start, start + order).join(' ')
    found.set(nGram, (found.get(nGram) ?? 0) + 1)
  }
  return found
}

/** Length nearest to the hypothesis's; the shorter of two equally near. */
function closestLength(length: number, candidates: readonly number[]): number {
  return candidates.reduce((best, candidate) => {
    const difference = Math.abs(candidate - length) - Math.abs(best - length)
    return difference < 0 || (difference === 0 && candidate < best) ? candidate : best
  }, candidates[0] ?? 0)
}

function penalty(hypothesisLength: number, referenceLength: number): number {
  if (hypothesisLength >= referenceLength) return 1
  return hypothesisLength === 0 ? 0 : Math.exp(1 - referenceLength / hypothesisLength)
}

function smoothedPrecisions(counts: readonly number[], totals: readonly number[]): readonly number[] {
  if (counts.every((count) => count === 0)) return counts
  let smoothing = 1
  return counts.map((count, index) => {
    const total = totals[index]!
    if (total === 0) return 0
    if (count > 0) return (100 * count) / total
    smoothing *= 2
    return 100 / (smoothing * total)
  })
}
