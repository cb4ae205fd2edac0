import { describe, expect, it } from 'vitest'
import type { GroupMember } from '@shared/results/comparison.ts'
import { baselineDifferences, type ScoredGroup } from './baseline-differences.ts'
import reference from './reference/statistics.json' with { type: 'json' }
import { spreadOf } from './spread.ts'

/** A group from its scores by seed; null = a run that failed, or whose score is undefined. */
function aGroup(scores: readonly (readonly [seed: number, best: number | null])[]): ScoredGroup {
  return {
    members: scores.map(([seed, best]): GroupMember => ({
      runId: `r${seed}`,
      name: `r${seed}`,
      seed,
      status: best === null ? 'failed' : 'done',
      best,
      bestEpoch: best === null ? null : 1,
      bestPhase: best === null ? null : 'fine-tuning',
      evaluatedEpochs: 1,
      undefinedScore: null,
    })),
    best: spreadOf(scores.flatMap(([, best]) => best ?? [])),
  }
}

const baseline = aGroup([
  [1, 0.5],
  [2, 0.6],
  [3, 0.55],
])

/** Near enough to SciPy's: nine digits. */
function expectNear(found: number | null | undefined, expected: number | null): void {
  if (expected === null) expect(found ?? null).toBeNull()
  else expect(Math.abs(found! - expected)).toBeLessThanOrEqual(1e-9 * expected)
}

/** Entries of a JSON file as pairs. */
const pairsOf = (scores: readonly (number | null)[][]): (readonly [number, number | null])[] =>
  scores.map(([seed, score]) => [seed!, score!])

describe('differences from the baseline', () => {
  it.each(reference.comparisons)('have the p-values of SciPy and statsmodels: $name', (study) => {
    const groups = study.groups.map(({ scores }) => aGroup(pairsOf(scores)))
    const found = baselineDifferences(groups, aGroup(pairsOf(study.baseline)))
    for (const [place, expected] of study.groups.entries()) {
      const difference = found[place]
      expectNear(difference?.pValue, expected.welch)
      expectNear(difference?.correctedPValue, expected.welchHolm)
      expectNear(difference?.paired?.pValue, expected.paired)
      expectNear(difference?.paired?.correctedPValue, expected.pairedHolm)
    }
  })

  it('pair runs of the same seed, whatever their order', () => {
    const group = aGroup([
      [3, 0.6],
      [1, 0.54],
      [2, 0.66],
    ])
    const [difference] = baselineDifferences([group], baseline)

    expect(difference!.difference).toBeCloseTo(0.05, 12)
    expect(difference!.paired!.seeds).toEqual([1, 2, 3])
    // SciPy 1.17.1: ttest_rel([0.54, 0.66, 0.6], [0.5, 0.6, 0.55]) and ttest_ind(…, equal_var=False).
    expect(difference!.paired!.pValue).toBeCloseTo(0.013072457560346537, 12)
    expect(difference!.pValue).toBeCloseTo(0.33154848567138095, 12)
  })

  it('are not paired when seeds differ, come several times, or when one of them has no score', () => {
    const others = [
      aGroup([
        [1, 0.6],
        [2, 0.7],
      ]),
      aGroup([
        [1, 0.6],
        [2, 0.7],
        [4, 0.8],
      ]),
      aGroup([
        [1, 0.6],
        [2, 0.7],
        [3, 0.65],
        [3, 0.66],
      ]),
      aGroup([
        [1, 0.6],
        [2, 0.7],
        [3, null],
      ]),
    ]
    expect(baselineDifferences(others, baseline).map((difference) => difference!.paired)).toEqual([
      null,
      null,
      null,
      null,
    ])
  })

  it('are paired again when the same seed failed on both sides', () => {
    const half = aGroup([
      [1, 0.5],
      [2, 0.6],
      [3, null],
    ])
    const other = aGroup([
      [1, 0.6],
      [2, 0.8],
      [3, null],
    ])
    expect(baselineDifferences([other], half)[0]!.paired!.seeds).toEqual([1, 2])
  })

  it('are none without a score, and have no p-value with one run each', () => {
    const failed = aGroup([[1, null]])
    const one = aGroup([[1, 0.7]])

    expect(baselineDifferences([failed, null], baseline)).toEqual([null, null])
    expect(baselineDifferences([one], failed)).toEqual([null])
    expect(baselineDifferences([one], aGroup([[1, 0.5]]))[0]).toMatchObject({
      pValue: null,
      correctedPValue: null,
      paired: { seeds: [1], pValue: null, correctedPValue: null },
    })
  })

  it('are corrected for the groups that were tested, each test for itself', () => {
    const paired = aGroup([
      [1, 0.6],
      [2, 0.71],
      [3, 0.66],
    ])
    const unpaired = aGroup([
      [7, 0.7],
      [8, 0.72],
      [9, 0.74],
    ])
    const [first, none, second] = baselineDifferences([paired, aGroup([[1, null]]), unpaired], baseline)

    expect(none).toBeNull()
    const raw = [first!.pValue!, second!.pValue!].sort((a, b) => a - b)
    const corrected = [first!.correctedPValue!, second!.correctedPValue!].sort((a, b) => a - b)
    expect(corrected).toEqual([2 * raw[0]!, Math.max(2 * raw[0]!, raw[1]!)])
    expect(first!.paired!.correctedPValue).toBe(first!.paired!.pValue)
  })
})
