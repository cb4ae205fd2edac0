/** Which columns a table of groups needs, and what stands in its cells about epochs: window, terminal and report alike. */
import { metrics, type MetricId } from '../tasks/metric.ts'
import { significance, type Comparison, type ComparisonGroup, type GroupMember } from './comparison.ts'

/** Columns that only some comparisons have. */
export interface OptionalColumns {
  /** Corrected p-values: a single test needs no correction. */
  readonly hasCorrection: boolean
  /** Paired p-values: only where seeds match. */
  readonly hasPaired: boolean
  /** Numbers of evaluated epochs: only where they differ. */
  readonly hasEvaluated: boolean
}

/** What the columns about scores mean, in one sentence that tables, reports and tooltips show. */
export const scoreMeanings = {
  score:
    'Mean ± sample standard deviation over the n runs of the group that have a score, each run’s at its best epoch on the validation split.',
  bestEpoch: 'Epochs of the best scores; plain = an epoch in which the method does not act.',
  evaluated: 'Epochs that the best one was chosen from.',
  difference: 'Mean of the group − mean of the baseline.',
  welch: 'p-value of the two-sided Welch test against the baseline.',
  holm: 'The p-values corrected by Holm for the number of groups tested; a difference is coloured or marked below 0.05.',
  paired: 'p-value of the paired t-test: each run against the baseline’s run of the same seed.',
  timeToBest: 'Training time up to the end of the best epoch, start-up and evaluation left out.',
} as const

/**
 * The columns that a comparison needs beside those that all have.
 *
 * @param comparison groups side by side
 */
export function optionalColumns(comparison: Comparison): OptionalColumns {
  const { groups } = comparison
  const differences = groups.flatMap(({ difference }) => difference ?? [])
  return {
    hasCorrection: differences.filter(({ pValue }) => pValue !== null).length > 1,
    hasPaired: differences.some(({ paired }) => paired !== null && paired.pValue !== null),
    hasEvaluated:
      new Set(groups.flatMap(({ members }) => scored(members).map((run) => run.evaluatedEpochs))).size > 1,
  }
}

/**
 * Whether a difference may be coloured or marked: its corrected p-value is small enough.
 *
 * @param difference a group's difference; null without one
 */
export function isSignificant(difference: ComparisonGroup['difference']): boolean {
  const p = difference?.correctedPValue ?? null
  return p !== null && p < significance
}

/**
 * The epochs of a group's best scores.
 *
 * @param members the group's runs
 * @returns such as `4`, or `2–8`; null where no run has a score
 */
export function bestEpochsText(members: readonly GroupMember[]): string | null {
  return rangeText(scored(members).flatMap(({ bestEpoch }) => bestEpoch ?? []))
}

/**
 * How many best scores of a method are of epochs in which it did not act.
 *
 * @param group a group
 * @returns such as `2 of 5 plain`; null where that says nothing
 */
export function plainBestText(group: Pick<ComparisonGroup, 'members' | 'method'>): string | null {
  const runs = scored(group.members)
  const plain = runs.filter(({ bestPhase }) => bestPhase === 'fine-tuning').length
  return group.method === 'fine-tuning' || plain === 0 ? null : `${plain} of ${runs.length} plain`
}

/**
 * How many epochs the best ones were chosen from.
 *
 * @param members the group's runs
 * @returns such as `10`, or `6–10`; null where no run has a score
 */
export function evaluatedText(members: readonly GroupMember[]): string | null {
  return rangeText(scored(members).map(({ evaluatedEpochs }) => evaluatedEpochs))
}

/**
 * A score as the literature writes it: percentages with one decimal, other numbers with four.
 *
 * @param metric which metric
 * @param value a fraction, or the metric's own number
 */
export function printedScore(metric: MetricId, value: number): string {
  return metrics[metric].format === 'percent' ? (100 * value).toFixed(1) : value.toFixed(4)
}

/**
 * Identifiers of the groups whose mean, as printed, is the best among those scored on the same examples by the same metric.
 * Nothing is best when it stands alone.
 *
 * @param groups groups shown together
 */
export function bestGroups(groups: readonly RankedGroup[]): ReadonlySet<string> {
  const best = new Set<string>()
  for (const group of groups) {
    const rivals = groups.flatMap((other) =>
      isRival(group, other) && other.best !== null ? [other.best.mean] : [],
    )
    if (group.best === null || rivals.length < 2) continue
    const top = metrics[group.metric].direction === 'higher' ? Math.max(...rivals) : Math.min(...rivals)
    if (printedScore(group.metric, group.best.mean) === printedScore(group.metric, top))
      best.add(group.groupId)
  }
  return best
}

/** What of a group decides whether it is the best. */
type RankedGroup = Pick<ComparisonGroup, 'groupId' | 'task' | 'metric' | 'best' | 'differingSettings'>

/** Settings that say which examples a score is of. */
const scoredOn = ['dataset', 'limits.validationExamples'] as const

function isRival(group: RankedGroup, other: RankedGroup): boolean {
  const isOnSame = scoredOn.every((key) => group.differingSettings[key] === other.differingSettings[key])
  return isOnSame && group.task === other.task && group.metric === other.metric
}

function scored(members: readonly GroupMember[]): readonly GroupMember[] {
  return members.filter(({ best }) => best !== null)
}

function rangeText(values: readonly number[]): string | null {
  if (values.length === 0) return null
  const [low, high] = [Math.min(...values), Math.max(...values)]
  return low === high ? String(low) : `${low}–${high}`
}
