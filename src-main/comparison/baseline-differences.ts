/** How each group differs from the baseline, and how surely: tests over all groups together, so that they can be corrected. */
import type {
  BaselineDifference,
  ComparisonGroup,
  GroupMember,
  PairedTest,
} from '@shared/results/comparison.ts'
import { holmCorrection } from './holm-correction.ts'
import { pairedTest, welchTest } from './mean-tests.ts'

/** What of a group decides its difference. */
export type ScoredGroup = Pick<ComparisonGroup, 'best' | 'members'>

/**
 * Differences of groups from the baseline, with Welch's test and, where the seeds match, the paired one. Each of the two is
 * corrected by Holm for the number of groups that it was made for.
 *
 * @param groups the groups to compare; null = one that is not compared, or whose scores cannot be subtracted
 * @param baseline the baseline
 * @returns in the order given; null where either side has no score
 */
export function baselineDifferences(
  groups: readonly (ScoredGroup | null)[],
  baseline: ScoredGroup,
): (BaselineDifference | null)[] {
  const single = groups.map((group) => (group === null ? null : differenceFrom(group, baseline)))
  const welch = holmCorrection(single.map((difference) => difference?.pValue ?? null))
  const paired = holmCorrection(single.map((difference) => difference?.paired?.pValue ?? null))
  return single.map((difference, index) =>
    difference === null
      ? null
      : {
          ...difference,
          correctedPValue: welch[index] ?? null,
          paired:
            difference.paired === null
              ? null
              : { ...difference.paired, correctedPValue: paired[index] ?? null },
        },
  )
}

function differenceFrom(group: ScoredGroup, baseline: ScoredGroup): BaselineDifference | null {
  if (group.best === null || baseline.best === null) return null
  const { pValue, note } = welchTest(group.best.values, baseline.best.values)
  return {
    difference: group.best.mean - baseline.best.mean,
    pValue,
    pValueNote: note,
    correctedPValue: null,
    paired: pairedBySeed(group, baseline),
  }
}

/** Runs of equal seeds start from the same head and see the same batches, so they are pairs: all of them, or none. */
function pairedBySeed(group: ScoredGroup, baseline: ScoredGroup): PairedTest | null {
  const own = scoreBySeed(group.members)
  const other = scoreBySeed(baseline.members)
  if (own === null || other === null || own.size !== other.size) return null
  const seeds = [...own.keys()].sort((left, right) => left - right)
  if (seeds.some((seed) => !other.has(seed))) return null
  const { pValue, note } = pairedTest(
    seeds.map((seed) => own.get(seed)!),
    seeds.map((seed) => other.get(seed)!),
  )
  return { seeds, pValue, pValueNote: note, correctedPValue: null }
}

/** Scores by seed; null where there is none, or where a seed has several. */
function scoreBySeed(members: readonly GroupMember[]): ReadonlyMap<number, number> | null {
  const scored = members.flatMap(({ seed, best }) => (best === null ? [] : [[seed, best] as const]))
  const bySeed = new Map(scored)
  return bySeed.size === 0 || bySeed.size < scored.length ? null : bySeed
}
