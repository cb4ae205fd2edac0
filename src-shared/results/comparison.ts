/** Runs side by side: groups, spread over seeds, difference from a baseline, cost. */
import type { MethodKind } from '../config/method-config.ts'
import type { MetricId } from '../tasks/metric.ts'
import type { EpochPhase, EpochSeconds } from './run-summary.ts'
import type { RunStatus } from './run-status.ts'

/** Below this corrected p-value a difference from the baseline is marked and coloured. */
export const significance = 0.05

/** Mean and spread of one number over the runs of a group. */
export interface Spread {
  readonly mean: number
  /** Sample standard deviation (n − 1); null when n < 2. */
  readonly std: number | null
  readonly n: number
  /** The single values, in run order. */
  readonly values: readonly number[]
}

/** What a test says. */
export interface TestResult {
  /** Two-sided; null where the test cannot be made. */
  readonly pValue: number | null
  /** Why there is no p-value; empty otherwise. */
  readonly note: string
}

/** The paired t-test of two groups that have scores of the same seeds, each seed once. */
export interface PairedTest {
  /** The pairs: each seed's run of the group with the baseline's run of that seed. Ascending. */
  readonly seeds: readonly number[]
  /** Two-sided; null with fewer than two pairs, or when all pairs differ by the same amount. */
  readonly pValue: number | null
  /** Why `pValue` is null; empty otherwise. */
  readonly pValueNote: string
  /** `pValue` corrected by Holm for the number of groups that have a paired test against the baseline. */
  readonly correctedPValue: number | null
}

/** A group's difference from the baseline group on the headline metric. */
export interface BaselineDifference {
  /** Mean of the group's best scores − mean of the baseline's. */
  readonly difference: number
  /** Two-sided p-value of Welch's t-test; null when either group has fewer than two scores or both have no spread. */
  readonly pValue: number | null
  /** Why `pValue` is null; empty otherwise. */
  readonly pValueNote: string
  /** `pValue` corrected by Holm for the number of groups tested against the baseline. */
  readonly correctedPValue: number | null
  /** Null where the seeds with a score are not the same in both groups, or a seed comes several times. */
  readonly paired: PairedTest | null
}

/** One epoch of a group: every number over the runs that reached this epoch; of metrics, those in which it is defined. */
export interface EpochCurvePoint {
  readonly epoch: number
  readonly phase: EpochPhase
  readonly trainLoss: Spread
  readonly validationLoss: Spread
  readonly metrics: Readonly<Partial<Record<MetricId, Spread>>>
}

/** A member run of a group. */
export interface GroupMember {
  readonly runId: string
  readonly name: string
  readonly seed: number
  readonly status: RunStatus
  readonly best: number | null
  readonly bestEpoch: number | null
  /** What that epoch trained: the best score of a method that alternates may be one of a plain epoch. */
  readonly bestPhase: EpochPhase | null
  /** Evaluated epochs that the best one was chosen from; those that only prepare the last training left out. */
  readonly evaluatedEpochs: number
  /** Why a run with finished epochs has no score, in a sentence; null when it has one, failed, or has no epoch. */
  readonly undefinedScore: string | null
}

/** A setting, beside those of the method, in which a group differs from the baseline. */
export interface SettingDifference {
  /** Dotted key. */
  readonly key: string
  /** The key in words. */
  readonly name: string
  /** The group's value and the baseline's, as text. */
  readonly value: string
  readonly baseline: string
}

/** What a group's method costs, on warm time (`training-time` defines the three). Null where there is nothing to divide. */
export interface GroupOverhead {
  /** Median regularized step ÷ median plain step. */
  readonly step: Spread | null
  /** Training seconds of a regularized epoch ÷ those of a plain one (the paper's Table 7). */
  readonly epoch: Spread | null
  /**
   * Whose plain steps and epochs: each run's own, where its method alternates, as in the run's record; else the mean of the
   * baseline's. Null without either ratio.
   */
  readonly plainOf: 'own' | 'baseline' | null
  /** Mean training seconds of a run ÷ those of the baseline's runs; null without a baseline timed alike. */
  readonly run: number | null
}

/** Runs that differ only in the seed. */
export interface ComparisonGroup {
  /** Stable hash of the config without the seed and name. */
  readonly groupId: string
  readonly label: string
  readonly method: MethodKind
  /** In what the group differs from the baseline beside the method; a difference in scores may come from there. */
  readonly differsFromBaseline: readonly SettingDifference[]
  /** Settings in which the groups of this comparison differ, dotted key → value; null where a group lacks the key. */
  readonly differingSettings: Readonly<Record<string, string | number | boolean | null>>
  readonly task: string
  readonly metric: MetricId
  readonly members: readonly GroupMember[]
  /** Headline metric at the best validation epoch of each run; null while no member has one. */
  readonly best: Spread | null
  /** The other metrics at the same epoch. */
  readonly metricsAtBest: Readonly<Partial<Record<MetricId, Spread>>>
  readonly difference: BaselineDifference | null
  readonly curve: readonly EpochCurvePoint[]
  /** Median milliseconds of a step over the members' training, by phase. */
  readonly stepMs: { readonly fineTuning: Spread | null; readonly regularized: Spread | null }
  readonly overhead: GroupOverhead
  /** Seconds of training of a run, surveys and preparatory epochs included, start-up and evaluation left out. */
  readonly trainingSeconds: Spread | null
  /** Seconds of training up to the end of the epoch with the best score. */
  readonly secondsToBest: Spread | null
  /** Seconds of start-up of a run: graph building, first use of each batch length. Null where it was not recorded. */
  readonly startUpSeconds: Spread | null
  /** Mean seconds of a warm epoch by part, separately for each phase; null where the group has no such epoch. */
  readonly epochSeconds: Readonly<Record<EpochPhase, EpochSeconds | null>>
}

/** What `lab compare` answers. */
export interface Comparison {
  readonly baselineGroupId: string | null
  readonly groups: readonly ComparisonGroup[]
  /** Runs asked for that could not take part, and why. */
  readonly leftOut: readonly { readonly runId: string; readonly reason: string }[]
  /** What a reader must know: different devices, unequal seeds, unfinished runs. */
  readonly notes: readonly string[]
}

/**
 * In what a group differs from the baseline beside the method, in words.
 *
 * @param differences the settings
 * @returns such as `batch size 32 (baseline 16), precision bfloat16 (baseline float32)`
 */
export function differenceText(differences: readonly SettingDifference[]): string {
  return differences.map(({ name, value, baseline }) => `${name} ${value} (baseline ${baseline})`).join(', ')
}
